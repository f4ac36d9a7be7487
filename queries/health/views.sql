/*---
title    = "Views"
group    = "health"
identity = ["schema", "view"]
local    = ["refreshes", "budgets"]
actions  = ["refresh"]
[columns]
schema        = { sort = "asc" }
view          = { sort = "asc" }
size          = { as = "bytes" }
rows_estimate = { as = "number", label = "rows ~" }
last_refresh  = { as = "time", label = "last refresh" }
known_by      = { label = "known by" }
age           = { as = "age" }
budget        = { as = "age" }
stale         = { as = "severity" }
changes_since = { as = "number", label = "changes since" }
mode_reason   = { label = "because" }
depends_on    = { label = "reads" }
used_by       = { label = "read by" }
took          = { as = "number", label = "took ms" }
definition    = { hide = true }
---*/
-- When a view was refreshed is in no catalogue: pgdeck's journal knows what pgdeck did, a commit timestamp the last change of
-- the view's row, which every refresh makes, and a GRANT too.
SELECT
  x.schema,
  x.view,
  CASE
    WHEN NOT x.populated THEN 'stale: never filled, and no query can read it'
    WHEN x.fresher IS NOT NULL THEN 'stale: refreshed before ' || x.fresher || ', which it reads'
    WHEN x.age <= x.budget THEN 'fresh'
    WHEN x.changes_since = 0 THEN 'fresh'
    WHEN x.changes_since > 0 THEN
      pg_catalog.format('stale: %s changes since %s, %s', x.changes_since, x.age_text, COALESCE('budget ' || x.budget_text, 'no budget'))
    WHEN x.age > x.budget THEN pg_catalog.format('stale: refreshed %s ago, budget %s', x.age_text, x.budget_text)
    WHEN x.known_by = 'journal' THEN pg_catalog.format('unknown: how much its tables changed is not known, refreshed %s ago', x.age_text)
    WHEN x.known_by IS NOT NULL THEN pg_catalog.format('unknown: refreshed or changed %s ago, not by pgdeck', x.age_text)
    ELSE 'unknown: not refreshed by pgdeck yet'
  END AS stale,
  x.size,
  x.rows_estimate,
  x.populated,
  x.last_refresh,
  x.known_by,
  x.age,
  x.budget,
  x.changes_since,
  x.mode,
  pg_catalog.concat_ws('; ', x.mode_reason, x.busy) AS mode_reason,
  x.depends_on,
  x.used_by,
  x.owner,
  x.took,
  -- To write a definition takes a lock on the view and on all it reads.
  CASE
    WHEN x.locked THEN 'not readable while the view or what it reads is locked'
    ELSE (SELECT pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class AS c WHERE c.oid = x.oid)
  END AS definition
FROM (
  WITH RECURSIVE own AS MATERIALIZED (
    SELECT
      c.oid,
      c.relname,
      n.nspname,
      c.relowner,
      c.relpages,
      c.reltuples,
      c.relispopulated,
      CASE
        WHEN pg_catalog.current_setting('track_commit_timestamp') = 'on' THEN pg_catalog.pg_xact_commit_timestamp(c.xmin)
      END AS changed_at
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'm'
      AND n.nspname <> 'pg_catalog'
      AND n.nspname <> 'information_schema'
      AND n.nspname NOT LIKE 'pg\_temp\_%'
  ),
  edges AS MATERIALIZED (
    SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source, c.relkind
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
    JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
    JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
    WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refobjid <> r.ev_class
      AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace
      AND v.relkind IN ('v', 'm')
  ),
  -- What a view reads: plain views are looked through, materialized ones are where it ends.
  reads AS (
    SELECT o.oid AS view, e.source, e.relkind
    FROM own AS o
    JOIN edges AS e ON e.reader = o.oid
    UNION
    SELECT r.view, e.source, e.relkind
    FROM reads AS r
    JOIN edges AS e ON e.reader = r.source
    WHERE r.relkind = 'v'
  ),
  -- The tables below, through materialized views too; a partitioned table's counters are its partitions'.
  below AS (
    SELECT r.view, r.source, r.relkind
    FROM reads AS r
    UNION
    SELECT b.view, n.source, n.relkind
    FROM below AS b
    CROSS JOIN LATERAL (
      SELECT r.source, r.relkind
      FROM reads AS r
      WHERE r.view = b.source AND b.relkind = 'm'
      UNION ALL
      SELECT h.inhrelid, c.relkind
      FROM pg_catalog.pg_inherits AS h
      JOIN pg_catalog.pg_class AS c ON c.oid = h.inhrelid
      WHERE h.inhparent = b.source AND b.relkind = 'p'
    ) AS n
  ),
  changes AS (
    SELECT
      b.view,
      pg_catalog.sum(
        pg_catalog.pg_stat_get_tuples_inserted(b.source)
        + pg_catalog.pg_stat_get_tuples_updated(b.source)
        + pg_catalog.pg_stat_get_tuples_deleted(b.source)
      ) AS total
    FROM below AS b
    WHERE b.relkind = 'r'
    GROUP BY b.view
  ),
  known AS MATERIALIZED (
    SELECT
      o.oid,
      b.budget,
      r.ms AS took,
      -- A minute for the two clocks: what changed the view's row later was somebody else.
      CASE
        WHEN o.changed_at > r.at + interval '1 minute' THEN o.changed_at
        ELSE COALESCE(r.at, o.changed_at)
      END AS at,
      CASE
        WHEN r.at IS NOT NULL AND o.changed_at IS NULL OR o.changed_at <= r.at + interval '1 minute' THEN 'journal'
        WHEN o.changed_at IS NOT NULL THEN 'commit timestamp, or DDL'
      END AS known_by,
      CASE
        WHEN (o.changed_at IS NULL OR o.changed_at <= r.at + interval '1 minute') AND c.total >= r.changes THEN c.total - r.changes
      END AS changes_since
    FROM own AS o
    LEFT JOIN refreshes AS r ON r.schema = o.nspname AND r.view = o.relname
    LEFT JOIN budgets AS b ON b.schema = o.nspname AND b.view = o.relname
    LEFT JOIN changes AS c ON c.view = o.oid
  ),
  -- The server's rule for CONCURRENTLY: a valid unique index over columns of all rows, checked at once; a btree before 18.
  keys AS (
    SELECT
      i.indrelid,
      c.relname,
      CASE
        WHEN NOT i.indisvalid THEN 'is invalid'
        WHEN NOT i.indimmediate THEN 'is deferrable'
        WHEN i.indpred IS NOT NULL THEN 'is partial'
        WHEN i.indexprs IS NOT NULL THEN 'has an expression'
        WHEN am.amname <> 'btree' AND pg_catalog.current_setting('server_version_num')::integer < 180000 THEN 'is no btree'
      END AS obstacle
    FROM pg_catalog.pg_index AS i
    JOIN own AS o ON o.oid = i.indrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
    WHERE i.indisunique
  ),
  unique_keys AS (
    SELECT
      k.indrelid,
      pg_catalog.min(k.relname::text) FILTER (WHERE k.obstacle IS NULL) AS usable,
      pg_catalog.string_agg(k.relname || ' ' || k.obstacle, ', ' ORDER BY k.relname) AS unusable
    FROM keys AS k
    GROUP BY k.indrelid
  ),
  -- A refresh holds one of these to its end, and so does what waits for it or for VACUUM FULL.
  locks AS (
    SELECT
      l.relation,
      pg_catalog.bool_or(l.mode = 'AccessExclusiveLock') AS unreadable,
      pg_catalog.string_agg(DISTINCT l.pid::text, ', ') FILTER (WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid()) AS pids
    FROM pg_catalog.pg_locks AS l
    WHERE l.locktype = 'relation'
      AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock')
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    GROUP BY l.relation
  )
  SELECT
    o.oid,
    o.nspname AS schema,
    o.relname AS view,
    CASE
      WHEN l.unreadable THEN o.relpages * pg_catalog.current_setting('block_size')::bigint
      ELSE pg_catalog.pg_total_relation_size(o.oid)
    END AS size,
    CASE WHEN o.reltuples > 0 OR o.reltuples = 0 AND o.relpages > 0 THEN o.reltuples::bigint END AS rows_estimate,
    o.relispopulated AS populated,
    CASE WHEN o.relispopulated THEN k.at END AS last_refresh,
    CASE WHEN o.relispopulated THEN k.known_by END AS known_by,
    a.age,
    a.budget,
    k.changes_since,
    CASE
      WHEN a.age < 120 THEN pg_catalog.floor(a.age) || ' s'
      WHEN a.age < 7200 THEN pg_catalog.floor(a.age / 60) || ' min'
      WHEN a.age < 172800 THEN pg_catalog.floor(a.age / 3600) || ' h'
      ELSE pg_catalog.floor(a.age / 86400) || ' days'
    END AS age_text,
    CASE
      WHEN a.budget < 120 THEN pg_catalog.floor(a.budget) || ' s'
      WHEN a.budget < 7200 THEN pg_catalog.floor(a.budget / 60) || ' min'
      WHEN a.budget < 172800 THEN pg_catalog.floor(a.budget / 3600) || ' h'
      ELSE pg_catalog.floor(a.budget / 86400) || ' days'
    END AS budget_text,
    CASE
      WHEN w.obstacle IS NOT NULL THEN 'not possible'
      WHEN o.relispopulated AND u.usable IS NOT NULL THEN 'concurrently'
      ELSE 'plain'
    END AS mode,
    CASE
      WHEN w.obstacle IS NOT NULL THEN w.obstacle
      WHEN NOT o.relispopulated THEN 'not populated'
      WHEN u.usable IS NOT NULL THEN 'unique index ' || u.usable
      ELSE pg_catalog.concat_ws(': ', 'no unique index over plain columns of all rows', u.unusable)
    END AS mode_reason,
    COALESCE(l.unreadable, false) OR EXISTS (
      SELECT 1
      FROM edges AS e
      JOIN locks AS h ON h.relation = e.source
      WHERE e.reader = o.oid AND h.unreadable
    ) AS locked,
    'locked by ' || l.pids || ', a refresh perhaps' AS busy,
    (
      SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname)
      FROM reads AS r
      JOIN pg_catalog.pg_class AS c ON c.oid = r.source
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE r.view = o.oid
    ) AS depends_on,
    (
      SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', v.nspname, v.relname), ', ' ORDER BY v.nspname, v.relname)
      FROM reads AS r
      JOIN own AS v ON v.oid = r.view
      WHERE r.source = o.oid
    ) AS used_by,
    (
      SELECT pg_catalog.min(pg_catalog.format('%I.%I', v.nspname, v.relname))
      FROM reads AS r
      JOIN own AS v ON v.oid = r.source
      JOIN known AS f ON f.oid = r.source
      WHERE r.view = o.oid AND f.known_by = 'journal' AND k.known_by = 'journal' AND f.at > k.at
    ) AS fresher,
    pg_catalog.pg_get_userbyid(o.relowner) AS owner,
    pg_catalog.round(k.took) AS took
  FROM own AS o
  JOIN known AS k ON k.oid = o.oid
  LEFT JOIN unique_keys AS u ON u.indrelid = o.oid
  LEFT JOIN locks AS l ON l.relation = o.oid
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN o.relispopulated THEN EXTRACT(EPOCH FROM pg_catalog.now() - k.at)::numeric(14, 0) END AS age,
      EXTRACT(EPOCH FROM k.budget)::numeric(14, 0) AS budget
  ) AS a
  -- MAINTAIN is a privilege from 17 on; before, its name is an error, so it must not be asked for.
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN pg_catalog.pg_is_in_recovery() THEN 'this server is a standby'
      WHEN pg_catalog.current_setting('server_version_num')::integer < 170000 THEN
        CASE
          WHEN NOT pg_catalog.pg_has_role(o.relowner, 'USAGE') THEN 'you are not ' || pg_catalog.pg_get_userbyid(o.relowner) || ', its owner'
        END
      WHEN NOT pg_catalog.has_table_privilege(o.oid, 'MAINTAIN') THEN
        pg_catalog.format('needs MAINTAIN (GRANT MAINTAIN ON %I.%I TO %I)', o.nspname, o.relname, current_user)
    END AS obstacle
  ) AS w
) AS x
