-- The tables a search may read, one row each: about how many rows, who hides them, readable columns, and what is indexed beside plain
-- columns. Parameter: a JSON array of objects with schema and name.
SELECT
  n.nspname::text,
  c.relname::text,
  (
    SELECT pg_catalog.sum(
      CASE
        WHEN p.relpages > 0 AND p.reltuples >= 0 THEN p.reltuples
        ELSE pg_catalog.pg_relation_size(p.oid) / 100.0
      END
    )
    FROM (
      SELECT c.oid AS leaf WHERE c.relkind = 'r'
      UNION
      SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE t.isleaf
    ) AS l
    JOIN pg_catalog.pg_class AS p ON p.oid = l.leaf
  )::text,
  -- A policy that shows all rows hides none, unless another one restricts it.
  (
    pg_catalog.row_security_active(c.oid)
    AND NOT (COALESCE(s.shows_all, false) AND NOT COALESCE(s.restricts, false))
  )::text,
  s.names::text,
  (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', a.attname,
      -- Without its modifier: a cast must not cut a value.
      'type', pg_catalog.format_type(a.atttypid, NULL),
      'textual', t.typcategory = 'S',
      'not_null', a.attnotnull,
      'readable', pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
    ) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  )::text,
  (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'text', pg_catalog.pg_get_indexdef(i.indexrelid, k.attnum::integer, true),
      'type', pg_catalog.format_type(k.atttypid, NULL),
      'plain', i.indkey[k.attnum - 1] <> 0,
      'trigrams', o.opcname LIKE '%trgm%'
    ))
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_attribute AS k ON k.attrelid = i.indexrelid AND k.attnum <= i.indnkeyatts
    JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[k.attnum - 1]
    WHERE i.indrelid = c.oid AND i.indisvalid
      AND (i.indkey[k.attnum - 1] = 0 OR o.opcname LIKE '%trgm%')
  )::text
FROM pg_catalog.json_to_recordset($1::text::json) AS w (schema text, name text)
JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.name
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(p.polname ORDER BY p.polname) AS names,
    pg_catalog.bool_or(p.polpermissive AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true') AS shows_all,
    pg_catalog.bool_or(NOT p.polpermissive) AS restricts
  FROM pg_catalog.pg_policy AS p
  WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')
    AND EXISTS (
      SELECT
      FROM pg_catalog.unnest(p.polroles) AS r (role)
      WHERE CASE WHEN r.role = 0 THEN true ELSE pg_catalog.pg_has_role(r.role, 'USAGE') END
    )
) AS s
WHERE c.relkind IN ('r', 'p')
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
ORDER BY n.nspname, c.relname
