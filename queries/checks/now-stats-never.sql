/*---
title    = "Large tables that were never analyzed"
severity = "info"
category = "vacuum"
about    = "state"
why      = "Without statistics the planner guesses, and its guesses about a large table cost the most."
door     = "tables"
now      = true
[params]
min_rows = 10000
---*/
-- The cheap columns first: the counters are asked for few tables. After a crash they begin anew, hence "as far as".
SELECT
  pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
  pg_catalog.format('about %s rows, never analyzed as far as the counters tell', t.live) AS detail,
  pg_catalog.format('ANALYZE %I.%I', n.nspname, c.relname) AS fix,
  pg_catalog.format('schema=%s table=%s', pg_catalog.to_json(n.nspname), pg_catalog.to_json(c.relname)) AS filter,
  t.live AS weight
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN params AS p
CROSS JOIN LATERAL (SELECT pg_catalog.pg_stat_get_live_tuples(c.oid) AS live) AS t
WHERE c.relkind IN ('r', 'm')
  AND c.relpersistence <> 't'
  AND (c.reltuples <= 0 OR c.reltuples >= p.min_rows)
  AND CASE WHEN t.live >= p.min_rows THEN COALESCE(
    pg_catalog.pg_stat_get_last_analyze_time(c.oid),
    pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)
  ) IS NULL END
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp%'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    OFFSET 0 -- asked for what is left, instead of reading all of pg_depend
  )
