/*---
title    = "Soft-deleted table that can be deleted from"
severity = "info"
category = "soft-delete"
about    = "schema"
why      = "One DELETE without the soft delete around it, and there is nothing left to restore."
identity = ["object", "role"]
shared   = ["marker"]
---*/
SELECT
  format('%I.%I', m.nspname, m.relname) AS object,
  coalesce(quote_ident(r.rolname), 'PUBLIC') AS "role",
  format('%s holds %s', coalesce(quote_ident(r.rolname), 'PUBLIC'), string_agg(DISTINCT g.privilege_type, ', ')) AS detail,
  format('REVOKE %s ON %I.%I FROM %s', string_agg(DISTINCT g.privilege_type, ', '), m.nspname, m.relname, coalesce(quote_ident(r.rolname), 'PUBLIC')) AS fix
FROM marker AS m
CROSS JOIN LATERAL aclexplode(m.relacl) AS g
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
WHERE g.privilege_type IN ('DELETE', 'TRUNCATE')
  AND g.grantee <> m.relowner
  AND r.rolsuper IS NOT TRUE
  AND r.rolbypassrls IS NOT TRUE
GROUP BY m.nspname, m.relname, r.rolname
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.parcels (id int PRIMARY KEY, is_deleted boolean NOT NULL DEFAULT false);
GRANT ALL ON plant.parcels TO plant_clerk;
CREATE TABLE plant.good (id int PRIMARY KEY, deleted_at timestamptz);
GRANT SELECT, UPDATE ON plant.good TO plant_clerk;
CREATE ROLE plant_service BYPASSRLS;
GRANT ALL ON plant.good TO plant_service;
CREATE TABLE plant.log_of_deletions (id int PRIMARY KEY, deleted_at timestamptz NOT NULL, deleted text);
GRANT ALL ON plant.log_of_deletions TO plant_clerk;
---*/
