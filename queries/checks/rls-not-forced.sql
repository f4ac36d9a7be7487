/*---
title    = "Row level security that its owner walks past"
severity = "info"
category = "rls"
about    = "schema"
why      = "The owner is not bound by the policies. Where the application logs in as owner, they do nothing."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  format('owned by %I, which can log in and is not bound', r.rolname) AS detail,
  format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY, or log in as another role', n.nspname, c.relname) AS fix
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles AS r ON r.oid = c.relowner
WHERE c.relkind IN ('r', 'p')
  AND c.relrowsecurity
  AND NOT c.relforcerowsecurity
  AND r.rolcanlogin
  AND NOT r.rolsuper
  AND NOT r.rolbypassrls
  AND EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid)
  -- Where functions act as the owner, being unbound is what they are made for.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc AS f WHERE f.proowner = c.relowner AND f.prosecdef)
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_app LOGIN;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.parcels USING (owner = current_user);
CREATE TABLE plant.good (LIKE plant.parcels);
ALTER TABLE plant.good ENABLE ROW LEVEL SECURITY;
ALTER TABLE plant.good FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.good USING (owner = current_user);
ALTER TABLE plant.parcels OWNER TO plant_app;
ALTER TABLE plant.good OWNER TO plant_app;
CREATE ROLE plant_nobody;
CREATE TABLE plant.of_nobody (LIKE plant.parcels);
ALTER TABLE plant.of_nobody ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.of_nobody USING (owner = current_user);
ALTER TABLE plant.of_nobody OWNER TO plant_nobody;
CREATE TABLE plant.of_superuser (LIKE plant.parcels);
ALTER TABLE plant.of_superuser ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.of_superuser USING (owner = current_user);
---*/
