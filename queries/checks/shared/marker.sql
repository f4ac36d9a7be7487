-- The column by which each table of the users marks a row as deleted. A check that asks for it (shared = ["marker"]) sees it as a
-- relation of this name.
SELECT
  c.oid AS relid,
  c.relowner,
  c.relacl,
  n.nspname,
  c.relname,
  a.attnum,
  a.attname,
  a.atttypid
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.attnum > 0
  AND NOT a.attisdropped
  AND (
    (
      a.attname IN ('deleted_at', 'discarded_at', 'archived_at', 'deleted')
      AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype)
      AND NOT a.attnotnull
    )
    OR (a.attname = 'is_deleted' AND a.atttypid = 'bool'::regtype)
  )
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND e.objid = c.oid
      AND e.deptype = 'e'
  )
