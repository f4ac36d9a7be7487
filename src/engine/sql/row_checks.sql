-- The CHECK constraints of a table that a change of some columns can break. Parameters: the table's oid, a JSON array of the columns.
SELECT
  k.conname::text,
  pg_catalog.pg_get_expr(k.conbin, k.conrelid, true),
  (
    SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
  )::text
FROM pg_catalog.pg_constraint AS k
WHERE k.conrelid = $1::text::oid
  AND k.contype = 'c'
  -- From server 18 on.
  AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'
  AND EXISTS (
    SELECT 1
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.json_array_elements_text($2::text::json) AS w (name) ON w.name = a.attname
    WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
  )
ORDER BY k.conname
