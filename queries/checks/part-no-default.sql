/*---
title    = "Partitioned table without a default"
severity = "info"
category = "partitions"
about    = "schema"
why      = "A row that no partition takes is refused. That may be meant: then see that the next one is always there."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  format('%s, %s partitions, no default', pg_catalog.pg_get_partkeydef(c.oid), (SELECT count(*) FROM pg_catalog.pg_inherits AS h WHERE h.inhparent = c.oid)) AS detail,
  format('CREATE TABLE %I.%I PARTITION OF %I.%I DEFAULT', n.nspname, c.relname || '_default', n.nspname, c.relname) AS fix
FROM pg_catalog.pg_partitioned_table AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.partdefid = 0
  AND p.partstrat IN ('r', 'l')
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.visits
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.good (kind text) PARTITION BY LIST (kind);
CREATE TABLE plant.good_rest PARTITION OF plant.good DEFAULT;
CREATE TABLE plant.spread (id int) PARTITION BY HASH (id);
---*/
