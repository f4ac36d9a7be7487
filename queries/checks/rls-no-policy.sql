/*---
title    = "Row level security without a policy"
severity = "info"
category = "rls"
about    = "schema"
why      = "Nobody but the owner and roles that bypass it sees a row. That may be meant: then nothing needs doing."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  'enabled, no policy: every row is hidden from ordinary roles' AS detail,
  format('CREATE POLICY … ON %I.%I', n.nspname, c.relname) AS fix
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND c.relrowsecurity
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid)
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE TABLE plant.off (id int PRIMARY KEY);
CREATE TABLE plant.good (id int PRIMARY KEY);
ALTER TABLE plant.good ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON plant.good USING (true);
---*/
