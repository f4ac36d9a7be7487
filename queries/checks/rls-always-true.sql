/*---
title    = "Policy that lets everybody write"
severity = "warning"
category = "rls"
about    = "schema"
why      = "USING (true) or WITH CHECK (true) on a write is row level security in name only."
identity = ["object", "policy"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  p.polname::text AS "policy",
  format(
    'FOR %s TO %s%s%s',
    CASE p.polcmd WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ') FROM unnest(p.polroles) AS o),
    regexp_replace(' USING (' || pg_catalog.pg_get_expr(p.polqual, c.oid) || ')', '\s+', ' ', 'g'),
    regexp_replace(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, c.oid) || ')', '\s+', ' ', 'g')
  ) AS detail,
  format('ALTER POLICY %I ON %I.%I …', p.polname, n.nspname, c.relname) AS fix
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relrowsecurity
  AND p.polpermissive
  AND (
    (p.polcmd IN ('w', 'd', '*') AND pg_catalog.pg_get_expr(p.polqual, c.oid) = 'true')
    OR (p.polcmd IN ('a', 'w', '*') AND pg_catalog.pg_get_expr(p.polwithcheck, c.oid) = 'true')
  )
  -- A wide permissive policy that restrictive ones narrow is a way to write it.
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_policy AS o WHERE o.polrelid = c.oid AND NOT o.polpermissive AND (o.polcmd IN ('*', p.polcmd) OR p.polcmd = '*')
  )
  -- Somebody it is for can write at all, and is not somebody it does not bind anyway.
  AND EXISTS (
    SELECT
    FROM pg_catalog.pg_roles AS r
    WHERE NOT r.rolsuper
      AND NOT r.rolbypassrls
      AND r.rolname !~ '^pg_'
      AND (0 = ANY (p.polroles) OR r.oid = ANY (p.polroles))
      AND NOT pg_has_role(r.oid, c.relowner, 'USAGE')
      AND (
        (p.polcmd IN ('a', '*') AND has_any_column_privilege(r.oid, c.oid, 'INSERT'))
        OR (p.polcmd IN ('w', '*') AND has_any_column_privilege(r.oid, c.oid, 'UPDATE'))
        OR (p.polcmd IN ('d', '*') AND has_table_privilege(r.oid, c.oid, 'DELETE'))
      )
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE ROLE plant_service BYPASSRLS;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
GRANT ALL ON plant.parcels TO plant_clerk, plant_service;
CREATE POLICY seen ON plant.parcels FOR SELECT USING (true);
CREATE POLICY made ON plant.parcels FOR INSERT TO plant_clerk WITH CHECK (true);
CREATE POLICY service ON plant.parcels TO plant_service USING (true);
CREATE POLICY gone ON plant.parcels FOR DELETE USING (owner = current_user);
---*/
