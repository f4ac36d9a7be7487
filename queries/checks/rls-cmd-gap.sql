/*---
title    = "Granted, but no policy lets it through"
severity = "info"
category = "rls"
about    = "schema"
why      = "The grant says yes and row level security says no: the statement fails, or finds no row and says nothing."
identity = ["object", "role"]
shared   = ["own"]
---*/
WITH granted AS (
  SELECT t.oid AS relid, t.relowner, g.grantee, g.privilege_type
  FROM pg_catalog.pg_class AS t
  CROSS JOIN LATERAL aclexplode(t.relacl) AS g
  WHERE t.relrowsecurity
  UNION
  SELECT t.oid, t.relowner, g.grantee, g.privilege_type
  FROM pg_catalog.pg_class AS t
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND NOT a.attisdropped
  CROSS JOIN LATERAL aclexplode(a.attacl) AS g
  WHERE t.relrowsecurity
)
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  coalesce(quote_ident(r.rolname), 'PUBLIC') AS "role",
  format('%s has %s, and no policy permits it', coalesce(quote_ident(r.rolname), 'PUBLIC'),
    string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type)) AS detail,
  format('REVOKE %s ON %I.%I FROM %s, or add a policy', string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), n.nspname, c.relname,
    coalesce(quote_ident(r.rolname), 'PUBLIC')) AS fix
FROM granted AS g
JOIN (VALUES ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) AS w (privilege_type, cmd)
  ON w.privilege_type = g.privilege_type
JOIN pg_catalog.pg_class AS c ON c.oid = g.relid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
WHERE g.grantee <> g.relowner
  AND r.rolsuper IS NOT TRUE
  AND r.rolbypassrls IS NOT TRUE
  AND NOT c.relispartition
  -- Without any policy it is another finding.
  AND EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid)
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_policy AS p
    CROSS JOIN LATERAL unnest(p.polroles) AS to_role (oid)
    WHERE p.polrelid = c.oid
      AND p.polpermissive
      AND p.polcmd IN ('*', w.cmd::"char")
      AND CASE WHEN to_role.oid = 0 THEN true WHEN g.grantee = 0 THEN false ELSE pg_has_role(g.grantee, to_role.oid, 'USAGE') END
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname, r.rolname
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE ROLE plant_service BYPASSRLS;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON plant.parcels FOR SELECT USING (true);
CREATE POLICY narrow ON plant.parcels AS RESTRICTIVE FOR DELETE USING (owner = current_user);
GRANT SELECT, UPDATE (owner), DELETE ON plant.parcels TO plant_clerk;
GRANT ALL ON plant.parcels TO plant_service;
CREATE TABLE plant.closed (id int PRIMARY KEY);
ALTER TABLE plant.closed ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON plant.closed TO plant_clerk;
---*/
