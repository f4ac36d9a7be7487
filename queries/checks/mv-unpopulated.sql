/*---
title    = "Materialized view never filled"
severity = "error"
category = "views"
about    = "schema"
why      = "Every query of it fails until it is refreshed."
door     = "views"
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  'created or refreshed WITH NO DATA' AS detail,
  format('REFRESH MATERIALIZED VIEW %I.%I', n.nspname, c.relname) AS fix,
  format('schema=%s view=%s', to_json(n.nspname::text), to_json(c.relname::text)) AS filter
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'
  AND NOT c.relispopulated
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.totals
CREATE SCHEMA plant;
CREATE MATERIALIZED VIEW plant.totals AS SELECT 1 AS one WITH NO DATA;
CREATE MATERIALIZED VIEW plant.good AS SELECT 1 AS one;
---*/
