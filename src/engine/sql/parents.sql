-- The foreign keys of one table, one row each: its columns, the table it points at and that one's columns, as JSON arrays in the same
-- order. Parameters: the schema, the table.
SELECT
  f.conname::text,
  k.own::text,
  p.nspname::text,
  r.relname::text,
  k.other::text
FROM pg_catalog.pg_constraint AS f
JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS r ON r.oid = f.confrelid
JOIN pg_catalog.pg_namespace AS p ON p.oid = r.relnamespace
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(a.attname ORDER BY x.n) AS own,
    pg_catalog.json_agg(b.attname ORDER BY x.n) AS other
  FROM ROWS FROM (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey)) WITH ORDINALITY AS x (own, other, n)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = x.own
  JOIN pg_catalog.pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = x.other
) AS k
WHERE n.nspname = $1::text
  AND c.relname = $2::text
  AND f.contype = 'f'
  -- Not the copies that stand for each partition of a parent.
  AND f.conparentid = 0
ORDER BY f.conname
