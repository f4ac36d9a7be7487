/*---
title    = "Queries that run for a long time"
severity = "warning"
category = "operations"
about    = "state"
why      = "It may be a report, or a mistake. Either way it holds a snapshot, and dead rows stay as long as it runs."
door     = "activity"
now      = true
needs    = { role = "pg_monitor" }
[params]
min_seconds = 600
---*/
-- Client sessions only: workers of vacuum and of replication run as long as they have to. One that waits for a lock does not
-- run; another check names who it waits for.
SELECT
  'pid ' || a.pid AS object,
  pg_catalog.concat_ws(
    ', ',
    pg_catalog.format('active for %s', pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8)),
    'user ' || a.usename,
    'database ' || a.datname,
    'application ' || NULLIF(a.application_name, ''),
    pg_catalog.left(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 120)
  ) AS detail,
  pg_catalog.format('SELECT pg_catalog.pg_cancel_backend(%s)', a.pid) AS fix,
  'pid=' || a.pid AS filter,
  s.seconds AS weight
FROM pg_catalog.pg_stat_activity AS a
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.query_start)::numeric AS seconds
) AS s
WHERE a.backend_type = 'client backend'
  AND a.state = 'active'
  AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.wait_event_type IS DISTINCT FROM 'Lock'
  AND s.seconds >= p.min_seconds
