/*---
title    = "Activity"
group    = "database"
identity = ["pid"]
actions  = ["cancel", "terminate"]
[columns]
place         = { sort = "asc", hide = true }
tree          = { label = "session" }
pid           = { as = "text", hide = true }
root          = { as = "text", hide = true }
blocked_by    = { label = "blocked by" }
waiting       = { as = "age", warn = 5, bad = 60 }
blocks        = { as = "number", warn = 1, bad = 5 }
state         = { sort = "asc" }
query_age     = { as = "age", sort = "desc", label = "query for", warn = 60, bad = 600 }
xact_age      = { as = "age", label = "in transaction", warn = 300, bad = 1800 }
waits_on      = { label = "waits on" }
backend_type  = { label = "kind" }
backend_start = { hide = true }
---*/
-- Who blocks stands first, above those who wait for it. The place in that tree is the first thing sorted by.
SELECT
  t.place,
  CASE
    WHEN t.depth IS NULL THEN a.pid::text
    WHEN t.depth = 0 THEN '▸ ' || a.pid
    ELSE pg_catalog.repeat('  ', t.depth) || '└ ' || a.pid
  END AS tree,
  a.pid,
  t.root,
  t.blocked_by,
  CASE WHEN t.waits THEN EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - COALESCE(t.since, a.query_start))::numeric(12, 3) END AS waiting,
  t.blocks,
  a.state,
  CASE WHEN a.state = 'active' THEN EXTRACT(EPOCH FROM pg_catalog.now() - a.query_start)::numeric(12, 3) END AS query_age,
  a.usename AS "user",
  a.query,
  EXTRACT(EPOCH FROM pg_catalog.now() - a.xact_start)::numeric(12, 3) AS xact_age,
  CASE
    WHEN a.state LIKE 'idle%' THEN NULL
    WHEN t.waits THEN pg_catalog.concat_ws(': ', COALESCE(a.wait_event_type, 'Lock'), a.wait_event)
    ELSE NULLIF(pg_catalog.concat_ws(': ', a.wait_event_type, a.wait_event), '')
  END AS waits_on,
  a.datname AS database,
  a.application_name AS application,
  a.client_addr AS client,
  a.backend_type,
  a.backend_start
FROM pg_catalog.pg_stat_activity AS a
LEFT JOIN (
  WITH RECURSIVE waiters AS MATERIALIZED (
    -- Locks are visible to everybody, what a session waits for is not. Asking who blocks stops the lock manager for a
    -- moment: it is asked for those only that wait. The column waitstart exists from 14 on; before, its name means the NULL
    -- outside, and the wait counts from the start of the statement.
    SELECT w.pid, w.since, pg_catalog.pg_blocking_pids(w.pid) AS blockers
    FROM (
      SELECT l.pid, pg_catalog.min(l.waitstart) AS since
      FROM (SELECT NULL::timestamptz AS waitstart) AS before_14
      CROSS JOIN LATERAL (SELECT pid, waitstart FROM pg_catalog.pg_locks WHERE NOT granted) AS l
      GROUP BY l.pid
    ) AS w
  ),
  -- Under the first that blocks it; 0 stands for a prepared transaction, which is no session.
  edges AS MATERIALIZED (
    SELECT
      w.pid,
      w.since,
      (SELECT b.pid FROM pg_catalog.unnest(w.blockers) WITH ORDINALITY AS b (pid, nr) WHERE b.pid <> 0 AND b.pid <> w.pid ORDER BY b.nr LIMIT 1) AS parent
    FROM waiters AS w
  ),
  -- Upwards, to the root or once round a circle: a deadlock nobody has found yet.
  climb AS (
    SELECT e.pid, e.parent AS at, ARRAY[e.pid] AS path
    FROM edges AS e
    UNION ALL
    SELECT c.pid, e.parent, c.path || c.at
    FROM climb AS c
    JOIN edges AS e ON e.pid = c.at
    WHERE c.at <> ALL (c.path)
  ),
  -- A circle is cut above the lowest of its sessions.
  cut AS (
    SELECT c.pid
    FROM climb AS c
    WHERE c.at = c.pid AND c.pid = (SELECT pg_catalog.min(m.pid) FROM pg_catalog.unnest(c.path) AS m (pid))
  ),
  branches AS MATERIALIZED (
    SELECT e.pid, e.parent, pg_catalog.row_number() OVER (PARTITION BY e.parent ORDER BY e.since, e.pid)::integer AS nr
    FROM edges AS e
    WHERE e.parent IS NOT NULL AND e.pid NOT IN (SELECT c.pid FROM cut AS c)
  ),
  grown AS (
    SELECT r.pid, r.pid AS root, 0 AS depth, ARRAY[r.pid] AS above, '{}'::integer[] AS turns
    FROM (
      SELECT b.parent AS pid
      FROM branches AS b
      UNION
      SELECT e.pid
      FROM edges AS e
      EXCEPT
      SELECT b.pid
      FROM branches AS b
    ) AS r
    UNION ALL
    SELECT b.pid, g.root, g.depth + 1, g.above || b.pid, g.turns || b.nr
    FROM grown AS g
    JOIN branches AS b ON b.parent = g.pid
  ),
  counted AS (
    SELECT m.pid, pg_catalog.count(*)::integer - 1 AS blocks
    FROM grown AS g
    CROSS JOIN LATERAL pg_catalog.unnest(g.above) AS m (pid)
    GROUP BY m.pid
  )
  SELECT
    g.pid,
    g.root,
    g.depth,
    c.blocks,
    w.pid IS NOT NULL AS waits,
    w.since,
    (
      SELECT pg_catalog.string_agg(CASE b.pid WHEN 0 THEN 'a prepared transaction' ELSE b.pid::text END, ', ' ORDER BY b.nr)
      FROM (SELECT u.pid, pg_catalog.min(u.nr) AS nr FROM pg_catalog.unnest(w.blockers) WITH ORDINALITY AS u (pid, nr) GROUP BY u.pid) AS b
    ) AS blocked_by,
    -- The root with most below it first, then the way down to the session.
    ARRAY[-r.blocks, g.root] || g.turns AS place
  FROM grown AS g
  JOIN counted AS c ON c.pid = g.pid
  JOIN counted AS r ON r.pid = g.root
  LEFT JOIN waiters AS w ON w.pid = g.pid
) AS t ON t.pid = a.pid
WHERE a.pid <> pg_catalog.pg_backend_pid()
  AND (
    a.backend_type IN ('client backend', 'autovacuum worker', 'parallel worker')
    OR a.state IS NOT NULL
    OR a.backend_type IS NULL
    OR t.pid IS NOT NULL
  )
