/*---
title    = "Unique value held by deleted rows"
severity = "warning"
category = "soft-delete"
about    = "schema"
why      = "A deleted row keeps its value: nobody can use it again, and a restore meets its successor."
door     = "indexes"
shared   = ["marker"]
---*/
SELECT
  format('%I.%I', m.nspname, i.relname) AS object,
  format('on %I.%I, %s; %I does not count', m.nspname, m.relname, k.columns, m.attname) AS detail,
  format('replace it by CREATE UNIQUE INDEX CONCURRENTLY ON %I.%I (%s) WHERE ', m.nspname, m.relname, k.columns)
    || CASE WHEN m.atttypid = 'bool'::regtype THEN format('NOT %I', m.attname) ELSE format('%I IS NULL', m.attname) END AS fix,
  format('schema=%s index=%s', to_json(m.nspname::text), to_json(i.relname::text)) AS filter
FROM marker AS m
JOIN pg_catalog.pg_index AS x ON x.indrelid = m.relid AND x.indisunique AND NOT x.indisprimary AND x.indisvalid
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
CROSS JOIN LATERAL (
  SELECT string_agg(pg_catalog.pg_get_indexdef(i.oid, s, true), ', ' ORDER BY s) AS columns FROM generate_series(1, x.indnkeyatts) AS s
) AS k
WHERE NOT m.attnum = ANY (x.indkey)
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = i.oid
      AND d.refobjid = m.relid
      AND d.refobjsubid = m.attnum
  )
  -- A made-up value never comes again: a uuid, an identity, a serial.
  AND NOT (x.indnkeyatts = 1 AND EXISTS (
    SELECT
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE a.attrelid = m.relid AND a.attnum = x.indkey[0]
      AND (a.atttypid = 'uuid'::regtype OR a.attidentity <> '' OR pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE 'nextval(%')
  ))
  -- With the primary key in it, the rest of the key decides nothing. Where a foreign key refers to it, it must not be partial.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS p WHERE p.indrelid = m.relid AND p.indisprimary AND p.indkey::int2[] <@ x.indkey::int2[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS c WHERE c.contype = 'f' AND c.conindid = i.oid)
/*--- plant
-- finds: plant.parcels_code_key
-- finds: plant.parcels_lower
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, code text UNIQUE, token uuid UNIQUE, deleted_at timestamptz, UNIQUE (code, id));
CREATE UNIQUE INDEX parcels_lower ON plant.parcels (lower(code));
CREATE UNIQUE INDEX parcels_live ON plant.parcels (code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX parcels_with ON plant.parcels (code, deleted_at);
CREATE TABLE plant.referred (id int PRIMARY KEY, code text UNIQUE, deleted_at timestamptz);
CREATE TABLE plant.refers (code text REFERENCES plant.referred (code));
---*/
