/*---
title    = "Rows in the default partition"
severity = "warning"
category = "partitions"
about    = "state"
why      = "As long as they are there, creating the partition they belong to fails."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, d.relname) AS object,
  format('holds about %s rows by the statistics; default of %s', round(r.rows), c.oid::regclass) AS detail,
  format('DETACH %I.%I, create the missing partitions, insert the rows again', n.nspname, d.relname) AS fix,
  r.rows::numeric AS weight
FROM pg_catalog.pg_partitioned_table AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid
JOIN pg_catalog.pg_class AS d ON d.oid = p.partdefid
JOIN pg_catalog.pg_namespace AS n ON n.oid = d.relnamespace
-- The default may be divided again. The counters know of rows since; where they were never fed, the last ANALYZE does.
CROSS JOIN LATERAL (
  SELECT sum(
    CASE
      WHEN pg_catalog.pg_stat_get_tuples_inserted(l.oid) + pg_catalog.pg_stat_get_live_tuples(l.oid) > 0
        THEN pg_catalog.pg_stat_get_live_tuples(l.oid)
      ELSE greatest(l.reltuples, 0)
    END
  ) AS rows
  FROM pg_catalog.pg_partition_tree(d.oid) AS t
  JOIN pg_catalog.pg_class AS l ON l.oid = t.relid
  WHERE t.isleaf
) AS r
-- The rest of a list is often meant to be there; the rest of a range is what came too late.
WHERE p.partstrat = 'r'
  AND r.rows > 0
  AND d.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.visits_rest
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.visits_rest PARTITION OF plant.visits DEFAULT;
INSERT INTO plant.visits VALUES (now());
CREATE TABLE plant.good (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.good_rest PARTITION OF plant.good DEFAULT;
ANALYZE plant.visits, plant.good;
---*/
