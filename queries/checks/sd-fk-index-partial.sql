/*---
title    = "Foreign key indexed for live rows only"
severity = "warning"
category = "soft-delete"
about    = "schema"
why      = "Deleting a parent looks for deleted children too and cannot use that index: it reads the whole table."
identity = ["object", "constraint"]
shared   = ["marker"]
---*/
SELECT DISTINCT ON (k.oid)
  format('%I.%I', m.nspname, m.relname) AS object,
  k.conname::text AS "constraint",
  format('%s is the only index for it, and leaves out rows by %I', quote_ident(i.relname), m.attname) AS detail,
  format('CREATE INDEX CONCURRENTLY ON %I.%I (%s)', m.nspname, m.relname, (
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(k.conkey, a.attnum))
    FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = m.relid AND a.attnum = ANY (k.conkey)
  )) AS fix
FROM marker AS m
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = m.relid AND k.contype = 'f' AND k.conparentid = 0
JOIN pg_catalog.pg_index AS x
  ON x.indrelid = m.relid
  AND x.indisvalid
  AND x.indpred IS NOT NULL
  AND (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
WHERE EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = i.oid
      AND d.refobjid = m.relid
      AND d.refobjsubid = m.attnum
  )
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_index AS o
    WHERE o.indrelid = m.relid
      AND o.indisvalid
      AND (o.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
      AND (o.indpred IS NULL OR pg_catalog.pg_get_expr(o.indpred, m.relid) = ANY (ARRAY(
        SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = m.relid AND a.attnum = ANY (k.conkey)
      )))
  )
ORDER BY k.oid, i.oid
/*--- plant
-- finds: plant.items
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY);
CREATE TABLE plant.items (id int PRIMARY KEY, a int REFERENCES plant.parcels, b int REFERENCES plant.parcels, deleted_at timestamptz);
CREATE INDEX ON plant.items (a) WHERE deleted_at IS NULL;
CREATE INDEX ON plant.items (b) WHERE deleted_at IS NULL;
CREATE INDEX ON plant.items (b, id);
CREATE TABLE plant.bare (id int PRIMARY KEY, a int REFERENCES plant.parcels, deleted_at timestamptz);
CREATE INDEX ON plant.bare (id) WHERE deleted_at IS NULL;
---*/
