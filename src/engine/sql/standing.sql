-- Which of the tables the systems are recognised by stand in which schema, and whether the role may use that. The names come as a JSON
-- array; the lookup goes through the unique index on (relname, relnamespace), whatever the catalog's size.
SELECT
  n.nspname::text,
  c.relname::text,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')::text
FROM pg_catalog.json_array_elements_text($1::text::json) AS wanted (relname)
JOIN pg_catalog.pg_class AS c ON c.relname = wanted.relname::name
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
ORDER BY 1, 2
