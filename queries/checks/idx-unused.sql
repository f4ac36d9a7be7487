/*---
title    = "Unused index"
severity = "warning"
category = "indexes"
about    = "state"
why      = "An index that no query reads costs every write, every VACUUM and every backup."
door     = "indexes"
shared   = ["own"]
[params]
min_days  = 30
min_bytes = 81920
---*/
WITH seen AS (
  -- A crash empties the counters and leaves no time of reset: then they are as old as the server's run.
  SELECT coalesce(d.stats_reset, pg_catalog.pg_postmaster_start_time()) AS since
  FROM pg_catalog.pg_stat_database AS d
  WHERE d.datname = current_database()
)
SELECT
  format('%I.%I', n.nspname, i.relname) AS object,
  format(
    'no scan on this server since %s (%s days), or since it was made; about %s',
    seen.since::date, extract(day FROM now() - seen.since), pg_catalog.pg_size_pretty(u.bytes)
  ) AS detail,
  'DROP INDEX ' || CASE WHEN i.relkind = 'I' THEN '' ELSE 'CONCURRENTLY ' END || format('%I.%I', n.nspname, i.relname)
    || ' -- when no replica reads it and it is older than that' AS fix,
  format('schema=%s index=%s', to_json(n.nspname::text), to_json(i.relname::text)) AS filter,
  u.bytes AS weight
FROM seen
CROSS JOIN params
CROSS JOIN pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
-- The index of a partitioned table has no counter of its own: its leaves have.
CROSS JOIN LATERAL (
  SELECT
    sum(pg_catalog.pg_stat_get_numscans(l.oid)) AS scans,
    sum(l.relpages::numeric * current_setting('block_size')::numeric) AS bytes
  FROM (
    SELECT i.oid AS leaf WHERE i.relkind = 'i'
    UNION ALL
    SELECT p.relid FROM pg_catalog.pg_partition_tree(CASE WHEN i.relkind = 'I' THEN i.oid END) AS p WHERE p.isleaf
  ) AS leaves
  JOIN pg_catalog.pg_class AS l ON l.oid = leaves.leaf
) AS u
WHERE u.scans = 0
  AND seen.since <= now() - make_interval(days => params.min_days::int)
  AND u.bytes >= params.min_bytes
  AND x.indisvalid
  -- What keeps a promise, identifies rows, orders the table, hangs on a parent, or feeds the planner with statistics of an expression.
  AND NOT (x.indisunique OR x.indisexclusion OR x.indisreplident OR x.indisclustered OR i.relispartition)
  AND x.indexprs IS NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.oid)
  -- What finds the children of a deleted parent: rarely read, and then badly missed.
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_constraint AS k
    WHERE k.contype = 'f'
      AND k.conrelid = x.indrelid
      AND k.conkey @> (x.indkey::int2[])[0:cardinality(k.conkey) - 1]
      AND k.conkey <@ (x.indkey::int2[])[0:cardinality(k.conkey) - 1]
  )
  AND i.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels_place
-- finds: plant.days_place
-- with: min_days = 0
-- with: min_bytes = 0
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, parent int REFERENCES plant.parcels, place text UNIQUE);
CREATE INDEX parcels_place ON plant.parcels (place, parent);
CREATE INDEX parcels_parent ON plant.parcels (parent);
CREATE INDEX parcels_lower ON plant.parcels (lower(place));
CREATE TABLE plant.days (day date, place text) PARTITION BY RANGE (day);
CREATE TABLE plant.days_1 PARTITION OF plant.days DEFAULT;
CREATE INDEX days_place ON plant.days (place);
---*/
