/*---
title    = "Sessions that wait for somebody's lock"
severity = "error"
category = "operations"
about    = "state"
why      = "Whoever waits does nothing, and more come to wait behind. Named is the session at the root: when it ends, all of them go on."
door     = "activity"
now      = true
needs    = { role = "pg_monitor" }
[params]
min_seconds = 10
---*/
-- Who blocks is asked for waiting sessions only: it stops the lock manager for a moment.
WITH RECURSIVE waiting AS MATERIALIZED (
  SELECT
    a.pid,
    pg_catalog.pg_blocking_pids(a.pid) AS blockers,
    EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - COALESCE(w.since, a.query_start))::numeric AS seconds
  FROM pg_catalog.pg_stat_activity AS a
  LEFT JOIN (
    -- The column exists from 14 on; before, its name means the NULL outside, and a wait counts from the start of its query.
    SELECT
      l.pid,
      pg_catalog.min(l.waitstart) AS since
    FROM (SELECT NULL::timestamptz AS waitstart) AS before_14
    CROSS JOIN LATERAL (SELECT k.pid, waitstart FROM pg_catalog.pg_locks AS k WHERE NOT k.granted) AS l
    GROUP BY l.pid
  ) AS w ON w.pid = a.pid
  WHERE a.wait_event_type = 'Lock'
),
under AS (
  -- A root blocks and does not wait. A circle has none; the server breaks it within deadlock_timeout.
  SELECT
    b.root,
    w.pid
  FROM waiting AS w
  CROSS JOIN LATERAL pg_catalog.unnest(w.blockers) AS b (root)
  WHERE NOT EXISTS (SELECT FROM waiting AS o WHERE o.pid = b.root)
  UNION
  SELECT
    u.root,
    w.pid
  FROM under AS u
  JOIN waiting AS w ON u.pid = ANY (w.blockers)
),
roots AS (
  SELECT
    u.root,
    pg_catalog.count(*) AS waiters,
    pg_catalog.max(w.seconds) AS longest
  FROM under AS u
  JOIN waiting AS w ON w.pid = u.pid
  GROUP BY u.root
)
SELECT
  -- A prepared transaction holds its locks without a session: the server calls it 0.
  CASE r.root WHEN 0 THEN 'prepared transaction' ELSE 'pid ' || r.root END AS object,
  pg_catalog.format(
    '%s on %s, the longest for %s',
    CASE r.waiters WHEN 1 THEN '1 session waits' ELSE r.waiters || ' sessions wait' END,
    CASE WHEN r.root = 0 THEN 'a prepared transaction' ELSE pg_catalog.concat_ws(
      ', ',
      'pid ' || r.root,
      a.usename,
      COALESCE(a.state, a.backend_type) || COALESCE(' for ' || pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8), '')
    ) END,
    pg_catalog.make_interval(secs => pg_catalog.round(r.longest)::float8)
  ) AS detail,
  CASE
    WHEN r.root = 0 THEN 'Look into pg_prepared_xacts; then COMMIT PREPARED or ROLLBACK PREPARED'
    WHEN a.state = 'active' THEN pg_catalog.format('SELECT pg_catalog.pg_cancel_backend(%s)', r.root)
    ELSE pg_catalog.format('SELECT pg_catalog.pg_terminate_backend(%s)', r.root)
  END AS fix,
  CASE WHEN r.root <> 0 THEN 'root=' || r.root END AS filter,
  r.waiters AS weight
FROM roots AS r
CROSS JOIN params AS p
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = r.root
CROSS JOIN LATERAL (
  SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - COALESCE(a.state_change, a.xact_start))::numeric AS seconds
) AS s
WHERE r.longest >= p.min_seconds
