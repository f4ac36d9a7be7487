/*---
title    = "Policy that asks for the session on every row"
severity = "info"
category = "rls"
about    = "schema"
why      = "A setting or a claim is the same for the whole statement; inside a sub-select it is read once, else once per row."
identity = ["object", "policy"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  p.polname::text AS "policy",
  'called per row: ' || (regexp_match(e.bare, f.calls))[1] || '(…)' AS detail,
  'write (SELECT ' || (regexp_match(e.bare, f.calls))[1] || '(…)) in the policy' AS fix
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN (VALUES ('\m(current_setting|auth\.(?:uid|jwt|role|email))\(')) AS f (calls)
-- What begins a sub-select, through casts and NULLIF, is read once: taken out before looking.
CROSS JOIN LATERAL (
  SELECT regexp_replace(
    concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, c.oid), pg_catalog.pg_get_expr(p.polwithcheck, c.oid)),
    'SELECT [A-Za-z_(]*(current_setting|auth\.(uid|jwt|role|email))\(', '', 'g'
  ) AS bare
) AS e
WHERE c.relrowsecurity
  AND e.bare ~ f.calls
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, tenant text);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.parcels USING (tenant = current_setting('app.tenant', true));
CREATE POLICY good ON plant.parcels FOR SELECT USING (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::text));
---*/
