/*---
title    = "Tables vacuum does not keep up with"
severity = "warning"
category = "vacuum"
about    = "state"
why      = "Dead rows pile up far beyond where autovacuum should have come: the table grows, and every scan reads them."
door     = "tables"
now      = true
[params]
min_dead = 10000
times = 5
rest_seconds = 3600
---*/
-- A table vacuumed within the last hour is being looked after; so is one that is being vacuumed now, as far as the role may
-- see that. Where autovacuum is off another check has the word.
SELECT
  pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
  pg_catalog.format(
    'about %s dead rows, autovacuum was due at %s; last vacuum %s',
    t.dead,
    pg_catalog.round(l.due),
    COALESCE(pg_catalog.date_trunc('second', t.vacuumed)::text, 'never')
  ) AS detail,
  pg_catalog.format('VACUUM %I.%I', n.nspname, c.relname) || ' -- and look what holds it back: old transactions, slots, too few workers' AS fix,
  pg_catalog.format('schema=%s table=%s', pg_catalog.to_json(n.nspname), pg_catalog.to_json(c.relname)) AS filter,
  t.dead AS weight
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.pg_stat_get_dead_tuples(c.oid) AS dead,
    GREATEST(pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid)) AS vacuumed
) AS t
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.max(o.option_value::numeric) FILTER (WHERE o.option_name = 'autovacuum_vacuum_threshold') AS threshold,
    pg_catalog.max(o.option_value::numeric) FILTER (WHERE o.option_name = 'autovacuum_vacuum_scale_factor') AS factor,
    COALESCE(pg_catalog.bool_or(NOT o.option_value::boolean) FILTER (WHERE o.option_name = 'autovacuum_enabled'), false) AS off
  FROM pg_catalog.pg_options_to_table(c.reloptions) AS o
  WHERE o.option_name LIKE 'autovacuum%'
) AS o
CROSS JOIN LATERAL (
  SELECT
    COALESCE(o.threshold, pg_catalog.current_setting('autovacuum_vacuum_threshold')::numeric)
    + COALESCE(o.factor, pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::numeric) * GREATEST(c.reltuples, 0)::numeric AS due
) AS l
WHERE c.relkind IN ('r', 'm')
  AND c.relpersistence <> 't'
  AND t.dead >= l.due * p.times
  AND NOT o.off
  AND pg_catalog.current_setting('autovacuum')::boolean
  -- One counter for each table, the others only where it is high.
  AND CASE
    WHEN t.dead >= p.min_dead
    THEN COALESCE(t.vacuumed, '-infinity'::timestamptz) < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => p.rest_seconds::float8)
  END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum AS v WHERE v.relid = c.oid)
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp%'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    OFFSET 0 -- asked for what is left, instead of reading all of pg_depend
  )
