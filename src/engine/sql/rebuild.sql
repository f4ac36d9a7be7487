-- The columns of one table, one row a column. Parameters: the schema, the table.
SELECT
  a.attname::text,
  a.attidentity::text,
  (a.attgenerated <> '')::text,
  a.atthasdef::text,
  a.attnotnull::text
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = $1::text
  AND c.relname = $2::text
  AND c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum
