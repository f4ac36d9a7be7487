/*---
title    = "Foreign key of another type than its parent"
severity = "warning"
category = "foreign-keys"
about    = "schema"
why      = "A narrower child overflows where the parent still grows; a join converts every value."
identity = ["object", "constraint"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  k.conname::text AS "constraint",
  string_agg(format('%I is %s, its parent %s', a.attname, format_type(a.atttypid, a.atttypmod), format_type(b.atttypid, b.atttypmod)), '; ' ORDER BY q.place) AS detail,
  string_agg(format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s', n.nspname, t.relname, a.attname, format_type(b.atttypid, b.atttypmod)), '; ' ORDER BY q.place)
    || ' -- rewrites the table under an exclusive lock' AS fix
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS q (child, parent, place)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = q.child
JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = q.parent
JOIN pg_catalog.pg_type AS u ON u.oid = a.atttypid
JOIN pg_catalog.pg_type AS v ON v.oid = b.atttypid
WHERE k.contype = 'f'
  AND k.conparentid = 0
  -- A domain counts as what it is made of, and varchar as text: their bytes are the same.
  AND replace(coalesce(nullif(u.typbasetype, 0), u.oid)::regtype::text, 'character varying', 'text')
    <> replace(coalesce(nullif(v.typbasetype, 0), v.oid)::regtype::text, 'character varying', 'text')
  AND t.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, t.relname, k.conname
/*--- plant
-- finds: plant.child
CREATE SCHEMA plant;
CREATE DOMAIN plant.code AS text;
CREATE TABLE plant.parent (id bigint PRIMARY KEY, code plant.code UNIQUE);
CREATE TABLE plant.child (id int PRIMARY KEY, parent_id int REFERENCES plant.parent, code varchar(20) REFERENCES plant.parent (code));
CREATE TABLE plant.good (id int PRIMARY KEY, parent_id bigint REFERENCES plant.parent);
---*/
