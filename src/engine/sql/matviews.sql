-- Every materialized view: what decides how and by whom it can be refreshed, what it reads, and how much that has changed.
-- $1 is true where the size is wanted; asking for it waits for whoever has the view locked, so those are passed over.
WITH RECURSIVE
  server AS (
    SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version
  ),
  locked AS MATERIALIZED (
    SELECT DISTINCT l.relation
    FROM pg_catalog.pg_locks AS l
    JOIN pg_catalog.pg_database AS d ON d.oid = l.database
    WHERE l.mode = 'AccessExclusiveLock' AND d.datname = pg_catalog.current_database()
  ),
  edge AS MATERIALIZED (
    SELECT DISTINCT
      r.ev_class AS upper,
      d.refobjid AS lower
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_class AS u ON u.oid = r.ev_class AND u.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_depend AS d
      ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      AND d.objid = r.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refobjid <> r.ev_class
    WHERE r.ev_type = '1'
  ),
  -- Down to the next materialized views, through plain views only.
  near AS (
    SELECT
      e.upper AS view,
      e.lower
    FROM edge AS e
    JOIN pg_catalog.pg_class AS c ON c.oid = e.upper AND c.relkind = 'm'
    UNION
    SELECT
      n.view,
      e.lower
    FROM near AS n
    JOIN pg_catalog.pg_class AS c ON c.oid = n.lower AND c.relkind = 'v'
    JOIN edge AS e ON e.upper = n.lower
  ),
  -- The rows of a partitioned table stand in its partitions.
  step AS MATERIALIZED (
    SELECT
      e.upper,
      e.lower
    FROM edge AS e
    UNION ALL
    SELECT
      i.inhparent,
      i.inhrelid
    FROM pg_catalog.pg_inherits AS i
  ),
  below AS (
    SELECT
      n.view,
      n.lower
    FROM near AS n
    UNION
    SELECT
      b.view,
      s.lower
    FROM below AS b
    JOIN step AS s ON s.upper = b.lower
  ),
  base AS (
    SELECT
      b.view,
      pg_catalog.json_agg(b.lower::text) AS below,
      CASE
        -- Nobody counts the changes of a table on another server.
        WHEN pg_catalog.bool_or(c.relkind = 'f') THEN NULL
        ELSE
          COALESCE(
            pg_catalog.sum(
              pg_catalog.pg_stat_get_tuples_inserted(c.oid)
              + pg_catalog.pg_stat_get_tuples_updated(c.oid)
              + pg_catalog.pg_stat_get_tuples_deleted(c.oid)
            ) FILTER (WHERE c.relkind = 'r'),
            0
          )
      END AS changes
    FROM below AS b
    JOIN pg_catalog.pg_class AS c ON c.oid = b.lower
    GROUP BY b.view
  )
SELECT
  c.oid::text,
  n.nspname::text,
  c.relname::text,
  pg_catalog.pg_get_userbyid(c.relowner)::text,
  c.relispopulated::text,
  (
    SELECT pg_catalog.min(x.relname::text)
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
    WHERE
      i.indrelid = c.oid
      AND i.indisunique
      AND i.indisvalid
      AND i.indislive
      AND i.indimmediate
      AND i.indpred IS NULL
      AND i.indexprs IS NULL
      AND (m.amname = 'btree' OR server.version >= 180000)
  ),
  CASE WHEN c.reltuples > 0 THEN c.reltuples::pg_catalog.int8::text END,
  CASE
    WHEN $1::text::pg_catalog.bool AND NOT EXISTS (SELECT FROM locked AS l WHERE l.relation = c.oid)
      THEN pg_catalog.pg_total_relation_size(c.oid)::text
  END,
  CASE
    WHEN server.version >= 170000 THEN pg_catalog.has_table_privilege(c.oid, 'MAINTAIN')
    ELSE pg_catalog.pg_has_role(c.relowner, 'USAGE')
  END::text,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')::text,
  pg_catalog.has_database_privilege(c.relowner, pg_catalog.current_database()::text, 'TEMP')::text,
  (
    SELECT pg_catalog.json_agg(u.oid::text)
    FROM near AS w
    JOIN pg_catalog.pg_class AS u ON u.oid = w.lower AND u.relkind = 'm'
    WHERE w.view = c.oid
  )::text,
  base.below::text,
  CASE WHEN base.view IS NULL THEN 0 ELSE base.changes END::text
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN server
LEFT JOIN base ON base.view = c.oid
WHERE c.relkind = 'm'
ORDER BY n.nspname, c.relname
