/*---
title    = "Index full of deleted rows"
severity = "info"
category = "soft-delete"
about    = "state"
why      = "Lists of live rows read past the deleted ones; a partial index leaves them out."
door     = "indexes"
shared   = ["marker"]
[params]
min_deleted_pct = 20
min_bytes = 1048576
---*/
SELECT
  format('%I.%I', m.nspname, i.relname) AS object,
  format('about %s %% of %I.%I are deleted; about %s', round((1 - s.null_frac)::numeric * 100), m.nspname, m.relname, pg_catalog.pg_size_pretty(b.bytes)) AS detail,
  format('create it again WHERE %I IS NULL: %s', m.attname, pg_catalog.pg_get_indexdef(i.oid)) AS fix,
  format('schema=%s index=%s', to_json(m.nspname::text), to_json(i.relname::text)) AS filter,
  b.bytes AS weight
FROM params
CROSS JOIN marker AS m
JOIN pg_catalog.pg_stats AS s ON s.schemaname = m.nspname AND s.tablename = m.relname AND s.attname = m.attname AND NOT s.inherited
JOIN pg_catalog.pg_index AS x ON x.indrelid = m.relid AND NOT x.indisunique AND x.indisvalid AND x.indpred IS NULL
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid AND i.relkind = 'i'
CROSS JOIN LATERAL (SELECT i.relpages * current_setting('block_size')::numeric AS bytes) AS b
WHERE m.atttypid <> 'bool'::regtype
  AND (1 - s.null_frac) * 100 >= params.min_deleted_pct
  AND b.bytes >= params.min_bytes
  AND NOT m.attnum = ANY (x.indkey)
  -- What answers a foreign key has to hold the deleted rows as well.
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint AS k
    WHERE k.contype = 'f' AND k.conrelid = m.relid AND k.conkey <@ (x.indkey::int2[])[0:cardinality(k.conkey) - 1]
  )
/*--- plant
-- finds: plant.parcels_place
-- with: min_bytes = 0
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, parent int REFERENCES plant.parcels, place text, deleted_at timestamptz);
INSERT INTO plant.parcels SELECT n, 1, 'x', CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 1000) n;
CREATE INDEX parcels_place ON plant.parcels (place);
CREATE INDEX parcels_live ON plant.parcels (place) WHERE deleted_at IS NULL;
CREATE INDEX parcels_parent ON plant.parcels (parent);
ANALYZE plant.parcels;
---*/
