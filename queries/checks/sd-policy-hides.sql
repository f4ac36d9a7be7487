/*---
title    = "Policy that forbids the soft delete itself"
severity = "warning"
category = "soft-delete"
about    = "schema"
why      = "Who may not see a deleted row cannot make one: the UPDATE fails, and a restore finds nothing and says nothing."
identity = ["object", "policy"]
shared   = ["marker"]
---*/
SELECT
  format('%I.%I', m.nspname, m.relname) AS object,
  p.polname::text AS "policy",
  format('hides rows by %I, which %s may set', m.attname, u.roles) AS detail,
  format('leave %I out of the policy and filter in a view, or delete and restore through a SECURITY DEFINER function', m.attname) AS fix
FROM marker AS m
JOIN pg_catalog.pg_class AS c ON c.oid = m.relid AND c.relrowsecurity
JOIN pg_catalog.pg_policy AS p ON p.polrelid = m.relid AND p.polcmd IN ('r', '*') AND p.polpermissive
-- A role the policies bind that could set the mark, and that no other policy shows the row to.
CROSS JOIN LATERAL (
  SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) AS roles
  FROM pg_catalog.pg_roles AS r
  WHERE NOT r.rolsuper
    AND NOT r.rolbypassrls
    AND r.rolname !~ '^pg_'
    AND (0 = ANY (p.polroles) OR r.oid = ANY (p.polroles))
    AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
    AND has_column_privilege(r.oid, m.relid, m.attnum, 'UPDATE')
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_policy AS o
      WHERE o.polrelid = m.relid
        AND o.polpermissive
        AND o.polcmd IN ('r', '*')
        AND (0 = ANY (o.polroles) OR r.oid = ANY (o.polroles))
        AND position(quote_ident(m.attname) IN pg_catalog.pg_get_expr(o.polqual, o.polrelid)) = 0
    )
) AS u
WHERE u.roles IS NOT NULL
  AND position(quote_ident(m.attname) IN pg_catalog.pg_get_expr(p.polqual, p.polrelid)) > 0
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.parcels (id int PRIMARY KEY, deleted_at timestamptz);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY live ON plant.parcels FOR SELECT TO plant_clerk USING (deleted_at IS NULL);
CREATE POLICY changed ON plant.parcels FOR UPDATE TO plant_clerk USING (true);
GRANT SELECT, UPDATE ON plant.parcels TO plant_clerk;
CREATE TABLE plant.good (LIKE plant.parcels);
ALTER TABLE plant.good ENABLE ROW LEVEL SECURITY;
CREATE POLICY live ON plant.good FOR SELECT TO plant_clerk USING (deleted_at IS NULL);
GRANT SELECT, UPDATE (id) ON plant.good TO plant_clerk;
---*/
