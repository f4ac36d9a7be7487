-- How much of each table this role sees: the schema and a JSON array of tables are the parameters.
SELECT
  wanted.name,
  CASE
    WHEN c.oid IS NULL THEN 'absent'
    WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN 'absent'
    WHEN NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'denied'
    WHEN pg_catalog.row_security_active(c.oid) THEN 'hidden'
    ELSE 'whole'
  END
FROM pg_catalog.json_array_elements_text($2::text::json) AS wanted (name)
LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = $1::text::name
LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.name::name
ORDER BY 1
