/*---
title    = "Counters too young to judge indexes"
severity = "info"
category = "indexes"
about    = "state"
why      = "An index of a monthly report looks unused for a month: nothing is said of unused indexes before."
door     = "indexes"
shared   = ["own"]
[params]
min_days = 30
---*/
WITH seen AS (
  SELECT coalesce(d.stats_reset, pg_catalog.pg_postmaster_start_time()) AS since
  FROM pg_catalog.pg_stat_database AS d
  WHERE d.datname = current_database()
)
SELECT
  'pg_catalog.pg_stat_all_indexes' AS object,
  format(
    'counters are only %s days old (since %s): %s indexes without a scan cannot be judged before %s days',
    extract(day FROM now() - seen.since), seen.since::date, waiting.indexes, params.min_days
  ) AS detail,
  'verify again after ' || (seen.since + make_interval(days => params.min_days::int))::date AS fix
FROM seen
CROSS JOIN params
CROSS JOIN LATERAL (
  SELECT count(*) AS indexes
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid AND i.relkind = 'i'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
  WHERE NOT x.indisunique
    AND pg_catalog.pg_stat_get_numscans(i.oid) = 0
    AND i.oid IN (SELECT o.oid FROM own AS o)
) AS waiting
WHERE seen.since > now() - make_interval(days => params.min_days::int)
  AND waiting.indexes > 0
/*--- plant
-- finds: pg_catalog.pg_stat_all_indexes
-- with: min_days = 100000
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, place text);
CREATE INDEX parcels_place ON plant.parcels (place);
---*/
