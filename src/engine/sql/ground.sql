-- What a role may do with the tables of one schema, one row a column. Parameters: the schema, a JSON array of table names.
SELECT
  c.relname::text,
  c.oid::text,
  (pg_catalog.row_security_active(c.oid) AND NOT x.shows)::text,
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
  pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')::text,
  (pg_catalog.row_security_active(c.oid) AND NOT x.moves)::text,
  (pg_catalog.row_security_active(c.oid) AND NOT x.takes)::text
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
-- What the policies for this role let through for certain: every row by one of them, and no other takes rows away. Whatever is not
-- written as true is not certain.
CROSS JOIN LATERAL (
  SELECT
    coalesce(pg_catalog.bool_or(s.permissive AND s.reads AND s.shown), false)
      AND NOT coalesce(pg_catalog.bool_or(NOT s.permissive AND s.reads AND NOT s.shown), false) AS shows,
    coalesce(pg_catalog.bool_or(s.permissive AND s.updates AND s.shown AND s.taken), false)
      AND NOT coalesce(pg_catalog.bool_or(NOT s.permissive AND s.updates AND NOT (s.shown AND s.taken)), false) AS moves,
    coalesce(pg_catalog.bool_or(s.permissive AND s.inserts AND s.taken), false)
      AND NOT coalesce(pg_catalog.bool_or(NOT s.permissive AND s.inserts AND NOT s.taken), false) AS takes
  FROM (
    SELECT
      p.polpermissive AS permissive,
      p.polcmd IN ('r', '*') AS reads,
      p.polcmd IN ('w', '*') AS updates,
      p.polcmd IN ('a', '*') AS inserts,
      coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true', false) AS shown,
      coalesce(pg_catalog.pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) = 'true', false) AS taken
    FROM pg_catalog.pg_policy AS p
    WHERE p.polrelid = c.oid
      AND EXISTS (
        SELECT 1
        FROM pg_catalog.unnest(p.polroles) AS r (oid)
        WHERE CASE WHEN r.oid = 0 THEN true ELSE pg_catalog.pg_has_role(r.oid, 'USAGE') END
      )
  ) AS s
) AS x
WHERE n.nspname = $1::text
  AND c.relkind IN ('r', 'p')
  AND c.relname IN (SELECT w.name FROM pg_catalog.json_array_elements_text($2::text::json) AS w (name))
ORDER BY c.relname, a.attnum
