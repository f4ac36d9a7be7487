/*---
title    = "View that shows deleted rows"
severity = "info"
category = "soft-delete"
about    = "schema"
why      = "The view never looks at the mark of deletion, so deleted rows are in its lists and sums. That may be meant."
identity = ["object", "table"]
shared   = ["marker"]
---*/
SELECT
  format('%I.%I', n.nspname, v.relname) AS object,
  format('%I.%I', m.nspname, m.relname) AS "table",
  format('reads %I.%I and does not look at %I', m.nspname, m.relname, m.attname) AS detail,
  'add WHERE ' || CASE WHEN m.atttypid = 'bool'::regtype THEN format('NOT %I', m.attname) ELSE format('%I IS NULL', m.attname) END AS fix
FROM marker AS m
JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refobjid = m.relid
JOIN pg_catalog.pg_rewrite AS w ON w.oid = d.objid
JOIN pg_catalog.pg_class AS v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND e.objid = v.oid
      AND e.deptype = 'e'
  )
GROUP BY n.nspname, v.relname, m.nspname, m.relname, m.attname, m.attnum, m.atttypid
HAVING bool_and(d.refobjsubid <> m.attnum)
/*--- plant
-- finds: plant.names
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, name text, deleted_at timestamptz);
CREATE VIEW plant.names AS SELECT name FROM plant.parcels;
CREATE VIEW plant.live AS SELECT name FROM plant.parcels WHERE deleted_at IS NULL;
CREATE VIEW plant.whole AS SELECT * FROM plant.parcels;
---*/
