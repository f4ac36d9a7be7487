/*---
title    = "Activity"
group    = "database"
identity = ["pid"]
[columns]
pid           = { as = "text" }
state         = { sort = "asc" }
query_age     = { as = "age", sort = "desc", label = "query for", warn = 60, bad = 600 }
xact_age      = { as = "age", label = "in transaction", warn = 300, bad = 1800 }
backend_start = { hide = true }
---*/
SELECT
  a.pid,
  a.usename AS "user",
  a.datname AS database,
  a.application_name AS application,
  a.client_addr AS client,
  a.state,
  CASE WHEN a.state LIKE 'idle%' THEN NULL ELSE pg_catalog.concat_ws(': ', a.wait_event_type, a.wait_event) END AS waits_on,
  -- Asked for waiting backends only: it stops the lock manager for a moment.
  CASE WHEN a.wait_event_type = 'Lock' THEN pg_catalog.pg_blocking_pids(a.pid) END AS blocked_by,
  CASE WHEN a.state = 'active' THEN EXTRACT(EPOCH FROM pg_catalog.now() - a.query_start)::numeric(12, 3) END AS query_age,
  EXTRACT(EPOCH FROM pg_catalog.now() - a.xact_start)::numeric(12, 3) AS xact_age,
  a.query,
  a.backend_type,
  a.backend_start
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid <> pg_catalog.pg_backend_pid()
  AND (a.backend_type IN ('client backend', 'autovacuum worker', 'parallel worker') OR a.state IS NOT NULL OR a.backend_type IS NULL)
