/*---
title    = "Policy on a column without an index"
severity = "info"
category = "rls"
about    = "schema"
why      = "The condition stands in every query of the table; without an index each of them reads it whole."
identity = ["object", "column"]
shared   = ["own"]
[params]
min_rows = 1000
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  a.attname::text AS "column",
  format('%I is compared by %s and begins no index; about %s rows', a.attname, string_agg(DISTINCT quote_ident(p.polname), ', '), c.reltuples::bigint) AS detail,
  format('CREATE INDEX CONCURRENTLY ON %I.%I (%I)', n.nspname, c.relname, a.attname) AS fix,
  c.reltuples::numeric AS weight
FROM params
CROSS JOIN pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE c.relrowsecurity
  AND c.reltuples >= params.min_rows
  -- WITH CHECK looks at one row at a time and needs none.
  AND position(quote_ident(a.attname) IN pg_catalog.pg_get_expr(p.polqual, c.oid)) > 0
  AND a.atttypid <> 'bool'::regtype
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid AND x.indisvalid AND x.indkey[0] = a.attnum)
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname, a.attname, c.reltuples
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner text, tenant text);
CREATE INDEX ON plant.parcels (tenant);
INSERT INTO plant.parcels SELECT n, 'x', 'y' FROM generate_series(1, 1200) n;
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.parcels USING (owner = current_user AND tenant > '');
ANALYZE plant.parcels;
CREATE POLICY made ON plant.parcels FOR INSERT WITH CHECK (id > 0);
CREATE TABLE plant.small (id int PRIMARY KEY, owner text);
ALTER TABLE plant.small ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plant.small USING (owner = current_user);
---*/
