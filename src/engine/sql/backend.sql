-- One backend by its process id, and who waits for it, directly or behind another.
WITH RECURSIVE
  edge AS MATERIALIZED (
    SELECT
      w.pid AS waiter,
      pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS blocker
    FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks AS l WHERE NOT l.granted) AS w
  ),
  waiting AS (
    SELECT e.waiter
    FROM edge AS e
    WHERE e.blocker = $1::text::pg_catalog.int4
    UNION
    SELECT e.waiter
    FROM edge AS e
    JOIN waiting AS w ON w.waiter = e.blocker
  )
SELECT
  a.backend_start::text,
  a.backend_type::text,
  a.usename::text,
  a.datname::text,
  NULLIF(a.application_name, '')::text,
  a.client_addr::text,
  a.state::text,
  pg_catalog.to_char(a.query_start, 'HH24:MI:SS'),
  pg_catalog.left(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 200),
  a.leader_pid::text,
  (a.pid = pg_catalog.pg_backend_pid())::text,
  pg_catalog.pg_has_role(a.usesysid, 'USAGE')::text,
  (SELECT r.rolsuper::text FROM pg_catalog.pg_roles AS r WHERE r.oid = a.usesysid),
  (SELECT pg_catalog.string_agg(w.waiter::text, ', ' ORDER BY w.waiter) FROM waiting AS w),
  (a.backend_start = $2::text::pg_catalog.timestamptz)::text
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid = $1::text::pg_catalog.int4
