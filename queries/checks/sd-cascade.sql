/*---
title    = "Soft-deleted table emptied by a cascade"
severity = "info"
category = "soft-delete"
about    = "schema"
why      = "The parent knows no soft delete: when it is deleted, these rows are gone for good, deleted ones included."
identity = ["object", "constraint"]
---*/
WITH marker AS (
  SELECT
    c.oid AS relid,
    c.relowner,
    c.relacl,
    n.nspname,
    c.relname,
    a.attnum,
    a.attname,
    a.atttypid
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE a.attnum > 0
    AND NOT a.attisdropped
    AND (
      (
        a.attname IN ('deleted_at', 'discarded_at', 'archived_at', 'deleted')
        AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype)
        AND NOT a.attnotnull
      )
      OR (a.attname = 'is_deleted' AND a.atttypid = 'bool'::regtype)
    )
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend AS e
      WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND e.objid = c.oid
        AND e.deptype = 'e'
    )
)
SELECT
  format('%I.%I', m.nspname, m.relname) AS object,
  k.conname::text AS "constraint",
  format('ON DELETE CASCADE from %s, which has no mark of deletion', k.confrelid::regclass) AS detail,
  'declare it ON DELETE RESTRICT or SET NULL, or give the parent a mark as well' AS fix
FROM marker AS m
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = m.relid AND k.contype = 'f' AND k.confdeltype = 'c' AND k.conparentid = 0
WHERE NOT EXISTS (SELECT FROM marker AS p WHERE p.relid = k.confrelid)
/*--- plant
-- finds: plant.items
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE plant.senders (id int PRIMARY KEY);
CREATE TABLE plant.items (
  id int PRIMARY KEY,
  parcel int REFERENCES plant.parcels ON DELETE CASCADE,
  sender int REFERENCES plant.senders ON DELETE CASCADE,
  buyer int REFERENCES plant.senders ON DELETE SET NULL,
  deleted_at timestamptz
);
---*/
