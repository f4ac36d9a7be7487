/*---
title    = "Materialized view that cannot be refreshed concurrently"
severity = "info"
category = "views"
about    = "schema"
why      = "Without a full unique index on plain columns a refresh locks every reader out."
door     = "views"
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  'no valid unique index over all rows on columns alone' AS detail,
  format('CREATE UNIQUE INDEX ON %I.%I (…)', n.nspname, c.relname) AS fix,
  format('schema=%s view=%s', to_json(n.nspname::text), to_json(c.relname::text)) AS filter
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_index AS x
    WHERE x.indrelid = c.oid
      AND x.indisunique
      AND x.indimmediate
      AND x.indisvalid
      AND x.indpred IS NULL
      AND x.indexprs IS NULL
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.totals
CREATE SCHEMA plant;
CREATE MATERIALIZED VIEW plant.totals AS SELECT 1 AS one;
CREATE UNIQUE INDEX ON plant.totals (one) WHERE one > 0;
CREATE MATERIALIZED VIEW plant.good AS SELECT 1 AS one;
CREATE UNIQUE INDEX ON plant.good (one);
CREATE INDEX ON plant.totals (one);
CREATE UNIQUE INDEX ON plant.totals ((one + 1));
---*/
