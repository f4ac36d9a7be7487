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
  -- Volatile, so that it is computed for the rows of one page only, unless sorted by.
  CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_total_relation_size(c.oid) END AS size,
  c.relrowsecurity AS rls,
  GREATEST(s.last_analyze, s.last_autoanalyze) AS last_analyze,
  pg_catalog.pg_get_userbyid(c.relowner) AS owner,
  pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable,
  pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname <> 'pg_catalog'
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp\_%'
