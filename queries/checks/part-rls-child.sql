/*---
title    = "Partition open beside a protected parent"
severity = "warning"
category = "partitions"
about    = "schema"
why      = "Row level security of the parent holds for queries of the parent only; read directly, the partition shows every row."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  format('row level security is on for %s and off here; %s', string_agg(DISTINCT p.oid::regclass::text, ', '),
    string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC') || ' holds ' || g.privilege_type, ', ')) AS detail,
  format('REVOKE ALL ON %I.%I FROM %s', n.nspname, c.relname, string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ')) AS fix
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(c.oid) AS a
JOIN pg_catalog.pg_class AS p ON p.oid = a.relid AND p.relrowsecurity
CROSS JOIN LATERAL aclexplode(c.relacl) AS g
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
WHERE c.relispartition
  AND c.relkind IN ('r', 'p')
  AND NOT c.relrowsecurity
  AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  AND g.grantee <> c.relowner
  AND r.rolsuper IS NOT TRUE
  AND r.rolbypassrls IS NOT TRUE
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname
/*--- plant
-- finds: plant.visits_1
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.visits_1 PARTITION OF plant.visits DEFAULT;
ALTER TABLE plant.visits ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON plant.visits, plant.visits_1 TO plant_clerk;
CREATE TABLE plant.visits_2 PARTITION OF plant.visits FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
GRANT TRUNCATE ON plant.visits_2 TO plant_clerk;
CREATE ROLE plant_service BYPASSRLS;
CREATE TABLE plant.visits_3 PARTITION OF plant.visits FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
GRANT SELECT ON plant.visits_3 TO plant_service;
CREATE TABLE plant.visits_4 PARTITION OF plant.visits FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
ALTER TABLE plant.visits_4 ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON plant.visits_4 TO plant_clerk;
---*/
