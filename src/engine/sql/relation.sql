-- The columns of one relation (one row of NULLs where it has none), each with its place in the best key: the primary key, else the
-- narrowest unique index over NOT NULL columns that is valid, whole and of plain columns.
WITH rel AS (
  SELECT c.oid
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1::text AND c.relname = $2::text AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
),
best AS (
  SELECT i.indkey::int2[] AS attnums, i.indnkeyatts
  FROM pg_catalog.pg_index AS i
  JOIN rel ON rel.oid = i.indrelid
  WHERE i.indisunique
    AND i.indisvalid
    AND i.indimmediate
    AND i.indpred IS NULL
    AND i.indexprs IS NULL
    AND NOT EXISTS (
      SELECT 1
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = i.indrelid
        AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
        AND NOT a.attnotnull
    )
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
  LIMIT 1
)
SELECT
  a.attname::text,
  a.attnotnull::text,
  pg_catalog.has_column_privilege(rel.oid, a.attnum, 'SELECT')::text,
  (
    SELECT k.position::text
    FROM best
    CROSS JOIN LATERAL pg_catalog.unnest(best.attnums) WITH ORDINALITY AS k (attnum, position)
    WHERE k.attnum = a.attnum AND k.position <= best.indnkeyatts
  ),
  (SELECT root.relname::text FROM pg_catalog.pg_class AS root WHERE root.oid = pg_catalog.pg_partition_root(rel.oid))
FROM rel
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
