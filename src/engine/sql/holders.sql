-- Who holds a lock that keeps a refresh waiting: any conflicting one on the view, or an exclusive one on what it reads.
-- $1 is an array of {view, way, below}: an oid, "plain" or "concurrently", and the oids of what it reads.
SELECT
  l.pid::text,
  a.usename::text,
  a.state::text,
  pg_catalog.to_char(a.query_start, 'HH24:MI:SS'),
  pg_catalog.left(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 120),
  pg_catalog.string_agg(DISTINCT l.mode, ', '),
  pg_catalog.min(pg_catalog.format('%I.%I', n.nspname, c.relname))
FROM pg_catalog.json_to_recordset($1::text::pg_catalog.json) AS w (view text, way text, below pg_catalog.json)
CROSS JOIN pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE
  l.locktype = 'relation'
  AND l.granted
  AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
  AND (
    -- A concurrent refresh lets readers go on, a plain one nobody.
    (l.relation::text = w.view AND (w.way = 'plain' OR l.mode <> 'AccessShareLock'))
    OR (
      l.mode = 'AccessExclusiveLock'
      AND l.relation::text IN (SELECT r.oid FROM pg_catalog.json_array_elements_text(w.below) AS r (oid))
    )
  )
GROUP BY
  l.pid,
  a.usename,
  a.state,
  a.query_start,
  a.query
ORDER BY a.query_start
LIMIT 5
