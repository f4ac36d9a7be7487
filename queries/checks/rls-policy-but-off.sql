/*---
title    = "Policies, but row level security is off"
severity = "error"
category = "rls"
about    = "schema"
why      = "The policies do nothing: whoever holds a grant reads and writes every row."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  'not enabled: ' || string_agg(quote_ident(p.polname), ', ' ORDER BY p.polname) AS detail,
  format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname) AS fix
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT c.relrowsecurity
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
CREATE POLICY own ON plant.parcels USING (owner = current_user);
CREATE TABLE plant.good (id int PRIMARY KEY, owner name);
CREATE POLICY own ON plant.good USING (owner = current_user);
ALTER TABLE plant.good ENABLE ROW LEVEL SECURITY;
---*/
