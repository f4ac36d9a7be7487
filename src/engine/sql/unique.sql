-- The unique indexes and exclusion constraints of a table that a change of some columns can break: those that read one of them in a
-- key, an expression or a predicate. Parameters: the table's oid, a JSON array of the columns.
SELECT
  c.relname::text,
  -- From server 15 on.
  COALESCE(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false'),
  (
    SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k.n, true) ORDER BY k.n)
    FROM pg_catalog.generate_series(1, i.indnkeyatts::integer) AS k (n)
  )::text,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid, true),
  (
    SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = i.indrelid AND a.attnum = ANY (r.attnums)
  )::text,
  -- The operators of an exclusion constraint; NULL where equality decides.
  (
    SELECT pg_catalog.json_agg(
      pg_catalog.format('OPERATOR(%I.%s)', n.nspname, p.oprname) ORDER BY o.n
    )
    FROM pg_catalog.pg_constraint AS x
    CROSS JOIN LATERAL pg_catalog.unnest(x.conexclop) WITH ORDINALITY AS o (oid, n)
    JOIN pg_catalog.pg_operator AS p ON p.oid = o.oid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.oprnamespace
    WHERE x.conindid = i.indexrelid AND x.conrelid = i.indrelid AND x.conexclop IS NOT NULL
  )::text
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (
  SELECT pg_catalog.array_agg(x.attnum) AS attnums
  FROM (
    SELECT k.attnum
    FROM pg_catalog.unnest(i.indkey::int2[]) AS k (attnum)
    UNION
    -- What expressions and predicate read: a constraint's plain columns are in the key already.
    SELECT d.refobjsubid::int2
    FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = i.indexrelid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refobjid = i.indrelid
  ) AS x
  WHERE x.attnum > 0
) AS r
WHERE i.indrelid = $1::text::oid
  AND (i.indisunique OR i.indisexclusion)
  AND i.indisready
  AND EXISTS (
    SELECT 1
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.json_array_elements_text($2::text::json) AS w (name) ON w.name = a.attname
    WHERE a.attrelid = i.indrelid AND a.attnum = ANY (r.attnums)
  )
ORDER BY i.indisprimary DESC, c.relname
