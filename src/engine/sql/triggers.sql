-- The triggers of people's making that fire when some columns of a table are updated. Parameters: the table's oid, a JSON array of
-- the columns.
SELECT t.tgname::text
FROM pg_catalog.pg_trigger AS t
WHERE t.tgrelid = $1::text::oid
  AND NOT t.tgisinternal
  -- Enabled always, or for sessions that are no replica.
  AND t.tgenabled IN ('O', 'A')
  -- The bit of UPDATE.
  AND t.tgtype::integer & 16 <> 0
  AND (
    pg_catalog.cardinality(t.tgattr::int2[]) = 0
    OR EXISTS (
      SELECT 1
      FROM pg_catalog.pg_attribute AS a
      JOIN pg_catalog.json_array_elements_text($2::text::json) AS w (name) ON w.name = a.attname
      WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])
    )
  )
ORDER BY t.tgname
