/*---
title    = "Materialized view of protected rows"
severity = "warning"
category = "rls"
about    = "schema"
why      = "A materialized view has no row level security: who may read it reads what its owner saw, every row."
door     = "views"
shared   = ["own"]
---*/
WITH RECURSIVE reads AS (
  SELECT v.oid AS view, v.oid AS relid
  FROM pg_catalog.pg_class AS v
  WHERE v.relkind = 'm'
  UNION
  SELECT r.view, d.refobjid
  FROM reads AS r
  JOIN pg_catalog.pg_class AS v ON v.oid = r.relid AND v.relkind IN ('v', 'm')
  JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = v.oid
  JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
)
SELECT
  format('%I.%I', n.nspname, v.relname) AS object,
  format('holds rows of %s; readable by %s', string_agg(DISTINCT t.oid::regclass::text, ', '),
    string_agg(DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC'), ', ')) AS detail,
  format('REVOKE SELECT ON %I.%I FROM %s, and serve it by a view that filters', n.nspname, v.relname,
    string_agg(DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC'), ', ')) AS fix,
  format('schema=%s view=%s', to_json(n.nspname::text), to_json(v.relname::text)) AS filter
FROM reads AS r
JOIN pg_catalog.pg_class AS v ON v.oid = r.view
JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = r.relid AND t.relkind IN ('r', 'p') AND t.relrowsecurity
CROSS JOIN LATERAL (
  SELECT o.rolname
  FROM aclexplode(v.relacl) AS a
  LEFT JOIN pg_catalog.pg_roles AS o ON o.oid = a.grantee
  WHERE a.privilege_type = 'SELECT' AND a.grantee <> v.relowner AND o.rolsuper IS NOT TRUE AND o.rolbypassrls IS NOT TRUE
) AS g
WHERE v.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, v.relname
/*--- plant
-- finds: plant.totals
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE VIEW plant.list AS SELECT * FROM plant.parcels;
CREATE MATERIALIZED VIEW plant.totals AS SELECT count(*) FROM plant.list;
CREATE MATERIALIZED VIEW plant.kept AS SELECT count(*) FROM plant.list;
GRANT SELECT ON plant.totals TO plant_clerk;
---*/
