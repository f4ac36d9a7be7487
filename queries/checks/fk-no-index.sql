/*---
title    = "Foreign key without an index"
severity = "warning"
category = "foreign-keys"
about    = "schema"
why      = "Deleting or changing a parent reads the whole child table, and holds its locks that long."
door     = "indexes"
identity = ["object", "constraint"]
shared   = ["own"]
[params]
min_pages = 10
min_rows  = 1000
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  k.conname::text AS "constraint",
  format('(%s) → %s, ON DELETE %s', f.columns, k.confrelid::regclass, CASE k.confdeltype
    WHEN 'c' THEN 'CASCADE'
    WHEN 'n' THEN 'SET NULL'
    WHEN 'd' THEN 'SET DEFAULT'
    WHEN 'r' THEN 'RESTRICT'
    ELSE 'NO ACTION'
  END) AS detail,
  format('CREATE INDEX %sON %I.%I (%s)', CASE WHEN t.relkind = 'p' THEN '' ELSE 'CONCURRENTLY ' END, n.nspname, t.relname, f.columns) AS fix,
  format('mark=missing schema=%s table=%s', to_json(n.nspname::text), to_json(t.relname::text)) AS filter,
  t.reltuples::numeric AS weight
FROM params
CROSS JOIN pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY c.place) AS columns
  FROM unnest(k.conkey) WITH ORDINALITY AS c (attnum, place)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.attnum
) AS f
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND NOT (t.relkind = 'r' AND t.relpages BETWEEN 1 AND params.min_pages - 1 AND t.reltuples < params.min_rows)
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_index AS x
    JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = i.relam AND m.amname <> 'brin'
    CROSS JOIN LATERAL (SELECT (x.indkey::int2[])[0:cardinality(k.conkey) - 1] AS first) AS c
    WHERE x.indrelid = t.oid
      AND x.indisvalid
      AND x.indisready
      -- The same columns in any order; the index must not leave out a row the check has to see, save those the key is NULL in.
      AND cardinality(k.conkey) <= x.indnkeyatts
      AND c.first @> k.conkey
      AND c.first <@ k.conkey
      AND (x.indpred IS NULL OR pg_catalog.pg_get_expr(x.indpred, t.oid) = ANY (ARRAY(
        SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum = ANY (k.conkey)
      )) OR EXISTS (
        -- Partial on the mark of a soft deletion: sd-fk-index-partial tells of it.
        SELECT
        FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.oid AND d.refobjid = t.oid
          AND a.attname IN ('deleted_at', 'discarded_at', 'archived_at', 'deleted', 'is_deleted')
      ))
      -- Each with the very operator the check compares by.
      AND NOT EXISTS (
        SELECT
        FROM unnest(k.conkey, k.conpfeqop) AS q (attnum, operator)
        JOIN pg_catalog.pg_opclass AS o ON o.oid = x.indclass[array_position(c.first, q.attnum) - array_lower(c.first, 1)]
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_amop AS p WHERE p.amopfamily = o.opcfamily AND p.amopopr = q.operator)
      )
  )
  AND t.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.second
-- finds: plant.third
-- finds: plant.fourth
CREATE SCHEMA plant;
CREATE TABLE plant.parent (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE plant.first (id int PRIMARY KEY, a int, b int, FOREIGN KEY (a, b) REFERENCES plant.parent);
CREATE INDEX ON plant.first (b, a, id) WHERE b IS NOT NULL;
CREATE TABLE plant.second (a int, b int, FOREIGN KEY (a, b) REFERENCES plant.parent);
CREATE INDEX ON plant.second (a) INCLUDE (b);
CREATE TABLE plant.third (LIKE plant.first, FOREIGN KEY (a, b) REFERENCES plant.parent);
CREATE INDEX ON plant.third (a, b) WHERE id > 0;
CREATE TABLE plant.fourth (a int, b int, FOREIGN KEY (a, b) REFERENCES plant.parent) PARTITION BY LIST (a);
CREATE TABLE plant.fourth_1 PARTITION OF plant.fourth DEFAULT;
---*/
