/*---
title    = "Index condition that always holds"
severity = "info"
category = "indexes"
about    = "schema"
why      = "IS NOT NULL on a column that cannot be NULL leaves nothing out and hides the index from some queries."
door     = "indexes"
shared   = ["own"]
---*/
SELECT DISTINCT ON (i.oid)
  format('%I.%I', n.nspname, i.relname) AS object,
  format('WHERE %s, and %I is NOT NULL', p.predicate, a.attname) AS detail,
  'create it without that condition: ' || pg_catalog.pg_get_indexdef(i.oid) AS fix,
  format('schema=%s index=%s', to_json(n.nspname::text), to_json(i.relname::text)) AS filter
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate) AS p
WHERE x.indpred IS NOT NULL
  AND NOT i.relispartition
  AND position(format('(%I IS NOT NULL)', a.attname) IN p.predicate) > 0
  -- Only where every part has to hold.
  AND p.predicate !~ ' OR |NOT \(|CASE '
  AND i.oid IN (SELECT o.oid FROM own AS o)
ORDER BY i.oid, a.attnum
/*--- plant
-- finds: plant.parcels_code
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, code text NOT NULL, place text);
CREATE INDEX parcels_code ON plant.parcels (code) WHERE code IS NOT NULL AND place = 'x';
CREATE INDEX parcels_place ON plant.parcels (place) WHERE place IS NOT NULL;
CREATE INDEX parcels_either ON plant.parcels (place) WHERE code IS NOT NULL OR place = 'x';
---*/
