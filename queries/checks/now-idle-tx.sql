/*---
title    = "Transactions left open"
severity = "warning"
category = "operations"
about    = "state"
why      = "An open transaction keeps its locks, and as long as it holds a snapshot no table of the database can be cleaned of dead rows."
door     = "activity"
now      = true
needs    = { role = "pg_monitor" }
[params]
min_seconds = 300
---*/
SELECT
  'pid ' || a.pid AS object,
  pg_catalog.concat_ws(
    ', ',
    pg_catalog.format('%s for %s', a.state, pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8)),
    'user ' || a.usename,
    'database ' || a.datname,
    'application ' || NULLIF(a.application_name, ''),
    CASE WHEN COALESCE(a.backend_xid, a.backend_xmin) IS NOT NULL THEN 'it holds back vacuum' END
  ) AS detail,
  pg_catalog.format('SELECT pg_catalog.pg_terminate_backend(%s)', a.pid) AS fix,
  'pid=' || a.pid AS filter,
  s.seconds AS weight
FROM pg_catalog.pg_stat_activity AS a
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.state_change)::numeric AS seconds
) AS s
WHERE a.state LIKE 'idle in transaction%' AND s.seconds >= p.min_seconds
