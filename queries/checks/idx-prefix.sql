/*---
title    = "Index that another one begins with"
severity = "info"
category = "indexes"
about    = "schema"
why      = "A longer index answers what its first columns answer; the short one mostly costs writes."
door     = "indexes"
shared   = ["own"]
---*/
WITH one AS (
  SELECT
    x.*,
    n.nspname,
    i.relname,
    i.relkind,
    pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate,
    x.indisunique OR x.indisprimary OR x.indisexclusion OR x.indisreplident OR x.indisclustered OR i.relispartition
      OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.oid) AS needed
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
  JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
  WHERE m.amname = 'btree'
    AND x.indisvalid
    AND x.indisready
    AND i.oid IN (SELECT o.oid FROM own AS o)
)
SELECT DISTINCT ON (b.indexrelid)
  format('%I.%I', b.nspname, b.relname) AS object,
  format('%I begins with the same columns', a.relname) AS detail,
  'DROP INDEX ' || CASE WHEN b.relkind = 'I' THEN '' ELSE 'CONCURRENTLY ' END || format('%I.%I', b.nspname, b.relname)
    || ' -- if the longer one is not much larger' AS fix,
  format('schema=%s index=%s', to_json(b.nspname::text), to_json(b.relname::text)) AS filter
FROM one AS b
JOIN one AS a
  ON a.indrelid = b.indrelid
  AND a.indnkeyatts > b.indnkeyatts
  AND a.predicate IS NOT DISTINCT FROM b.predicate
WHERE NOT b.needed
  AND b.indnatts = b.indnkeyatts
  AND NOT EXISTS (
    SELECT
    FROM generate_series(0, b.indnkeyatts - 1) AS k (at)
    WHERE (a.indkey[at], a.indclass[at], a.indcollation[at], a.indoption[at])
      IS DISTINCT FROM (b.indkey[at], b.indclass[at], b.indcollation[at], b.indoption[at])
      OR (
        b.indkey[at] = 0
        AND pg_catalog.pg_get_indexdef(a.indexrelid, at + 1, true) <> pg_catalog.pg_get_indexdef(b.indexrelid, at + 1, true)
      )
  )
ORDER BY b.indexrelid, a.indnkeyatts, a.indexrelid
/*--- plant
-- finds: plant.parcels_code
-- finds: plant.parcels_lower
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, code text, place text);
CREATE INDEX parcels_code ON plant.parcels (code);
CREATE INDEX parcels_code_place ON plant.parcels (code, place);
CREATE INDEX parcels_lower ON plant.parcels (lower(code));
CREATE INDEX parcels_lower_place ON plant.parcels (lower(code), place);
CREATE UNIQUE INDEX unique_one ON plant.parcels (place);
CREATE INDEX parcels_place_code ON plant.parcels (place, code DESC);
CREATE INDEX partial_one ON plant.parcels (place) WHERE code IS NULL;
CREATE INDEX with_payload ON plant.parcels (code) INCLUDE (id);
---*/
