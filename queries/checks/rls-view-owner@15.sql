/*---
title    = "View that walks past row level security"
severity = "warning"
category = "rls"
about    = "schema"
why      = "A view reads as its owner: who may read the view reads every row of the table behind it."
needs    = { server = 15 }
shared   = ["own"]
---*/
WITH RECURSIVE reads AS (
  SELECT
    v.oid AS view,
    v.oid AS reader,
    v.relowner,
    d.refobjid AS relid
  FROM pg_catalog.pg_class AS v
  JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = v.oid
  JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
  WHERE v.relkind = 'v'
    AND coalesce(v.reloptions::text, '') !~ 'security_invoker=(true|on|yes|1)'
  UNION
  -- Through further views, each read as its own owner; one with security_invoker asks the user again and ends the way.
  SELECT
    r.view,
    v.oid,
    v.relowner,
    d.refobjid
  FROM reads AS r
  JOIN pg_catalog.pg_class AS v ON v.oid = r.relid AND v.relkind = 'v'
    AND coalesce(v.reloptions::text, '') !~ 'security_invoker=(true|on|yes|1)'
  JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = v.oid
  JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
)
SELECT
  format('%I.%I', n.nspname, v.relname) AS object,
  format('reads %s as %s', string_agg(DISTINCT t.oid::regclass::text, ', '), string_agg(DISTINCT quote_ident(o.rolname), ', ')) AS detail,
  format('ALTER VIEW %I.%I SET (security_invoker = true)', n.nspname, v.relname) AS fix
FROM reads AS r
JOIN pg_catalog.pg_class AS v ON v.oid = r.view
JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = r.relid AND t.relkind IN ('r', 'p') AND t.relrowsecurity
JOIN pg_catalog.pg_roles AS o ON o.oid = r.relowner
-- An owner the policies bind lets nobody past them; a security barrier was put up to filter instead of them.
WHERE (o.rolsuper OR o.rolbypassrls OR (pg_has_role(o.oid, t.relowner, 'USAGE') AND NOT t.relforcerowsecurity))
  AND coalesce(v.reloptions::text, '') !~ 'security_barrier=(true|on|yes|1)'
  AND EXISTS (
    SELECT
    FROM aclexplode(v.relacl) AS g
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
    WHERE g.privilege_type = 'SELECT' AND g.grantee <> v.relowner AND r.rolsuper IS NOT TRUE AND r.rolbypassrls IS NOT TRUE
  )
  AND v.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, v.relname
/*--- plant
-- finds: plant.list
-- finds: plant.outer_list
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE VIEW plant.list AS SELECT * FROM plant.parcels;
CREATE VIEW plant.outer_list AS SELECT id FROM plant.list;
CREATE VIEW plant.good WITH (security_invoker = true) AS SELECT * FROM plant.parcels;
CREATE VIEW plant.over_good AS SELECT * FROM plant.good;
CREATE VIEW plant.nobodys AS SELECT * FROM plant.parcels;
GRANT SELECT ON plant.list, plant.outer_list, plant.good, plant.over_good TO plant_clerk;
CREATE VIEW plant.filtered WITH (security_barrier = true) AS SELECT * FROM plant.parcels WHERE owner = current_user;
GRANT SELECT ON plant.filtered TO plant_clerk;
---*/
