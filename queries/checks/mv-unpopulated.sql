/*---
title    = "Materialized view never filled"
severity = "error"
category = "views"
about    = "schema"
why      = "Every query of it fails until it is refreshed."
door     = "views"
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
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND e.objid = c.oid
      AND e.deptype = 'e'
  )
/*--- plant
-- finds: plant.totals
CREATE SCHEMA plant;
CREATE MATERIALIZED VIEW plant.totals AS SELECT 1 AS one WITH NO DATA;
CREATE MATERIALIZED VIEW plant.good AS SELECT 1 AS one;
---*/
