-- The materialized views that read these tables, through plain views and other materialized views too. The parameter is a JSON
-- array of oids.
WITH RECURSIVE reads AS (
  SELECT w.oid::oid AS relid
  FROM pg_catalog.json_array_elements_text($1::text::json) AS w (oid)
  UNION
  SELECT r.ev_class
  FROM reads AS t
  JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjid = t.relid
    AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM reads AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.relid AND c.relkind = 'm'
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY 1
