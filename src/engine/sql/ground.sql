-- What a role may do with the tables of one schema, one row a column. Parameters: the schema, a JSON array of table names.
SELECT
  c.relname::text,
  c.oid::text,
  pg_catalog.row_security_active(c.oid)::text,
  pg_catalog.has_any_column_privilege(c.oid, 'UPDATE')::text,
  (
    SELECT pg_catalog.json_agg(p.polname ORDER BY p.polname)
    FROM pg_catalog.pg_policy AS p
    WHERE p.polrelid = c.oid
  )::text,
  a.attname::text,
  -- Without its modifier: a cast must not cut a value.
  pg_catalog.format_type(a.atttypid, NULL),
  a.attnotnull::text,
  pg_catalog.has_column_privilege(c.oid, a.attnum, 'UPDATE')::text,
  pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT')::text,
  pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')::text
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = $1::text
  AND c.relkind IN ('r', 'p')
  AND c.relname IN (SELECT w.name FROM pg_catalog.json_array_elements_text($2::text::json) AS w (name))
ORDER BY c.relname, a.attnum
