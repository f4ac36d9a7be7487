/*---
title    = "Tables"
group    = "database"
identity = ["schema", "table"]
paging   = "keyset"
opens    = { schema = "schema", table = "table" }
[columns]
schema       = { sort = "asc" }
table        = { sort = "asc" }
rows         = { as = "number", label = "rows ~" }
size         = { as = "bytes" }
last_analyze = { as = "time", label = "last analyze" }
---*/
SELECT
  n.nspname AS schema,
  c.relname AS table,
  CASE c.relkind
    WHEN 'r' THEN 'table'
    WHEN 'p' THEN 'partitioned'
    WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view'
    WHEN 'f' THEN 'foreign table'
  END AS kind,
  -- An estimate of the last ANALYZE or VACUUM; NULL where there was none yet.
  CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0 THEN c.reltuples::bigint END AS rows,
  -- To read a size opens the table and all its indexes, and waits for an exclusive lock on any of them. Where there are
  -- thousands of tables, the small ones show what their last VACUUM or ANALYZE counted, and so does what is locked.
  CASE
    WHEN c.relkind NOT IN ('r', 'm') THEN NULL
    WHEN c.oid IN (
      SELECT COALESCE(i.indrelid, l.relation)
      FROM pg_catalog.pg_locks AS l
      LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
    )
      OR c.relpages + COALESCE(o.relpages, 0) < 128
      AND pg_catalog.pg_stat_get_mod_since_analyze(c.oid) <= 1000 + 0.2 * c.reltuples
      AND (SELECT i.reltuples FROM pg_catalog.pg_class AS i WHERE i.oid = 'pg_catalog.pg_index'::pg_catalog.regclass) >= 3000
      THEN (c.relpages + COALESCE(o.relpages, 0) + COALESCE(p.pages, 0)) * pg_catalog.current_setting('block_size')::bigint
    ELSE pg_catalog.pg_total_relation_size(c.oid)
  END AS size,
  c.relrowsecurity AS rls,
  GREATEST(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) AS last_analyze,
  pg_catalog.pg_get_userbyid(c.relowner) AS owner,
  pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable,
  pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class AS o ON o.oid = c.reltoastrelid
LEFT JOIN (
  SELECT i.indrelid AS oid, pg_catalog.sum(x.relpages) AS pages
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
  GROUP BY i.indrelid
) AS p ON p.oid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname <> 'pg_catalog'
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp\_%'
