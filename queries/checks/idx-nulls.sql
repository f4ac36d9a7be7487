/*---
title    = "Index that holds mostly NULL"
severity = "info"
category = "indexes"
about    = "state"
why      = "Entries for NULL are rarely looked up; a partial index is smaller and is written less often."
door     = "indexes"
shared   = ["own"]
[params]
min_null_pct = 50
min_bytes    = 1048576
---*/
SELECT
  format('%I.%I', n.nspname, i.relname) AS object,
  format('about %s %% of %I are NULL; about %s', round(s.null_frac::numeric * 100), a.attname, pg_catalog.pg_size_pretty(b.bytes)) AS detail,
  format('CREATE INDEX CONCURRENTLY ON %I.%I (%I) WHERE %I IS NOT NULL, then drop this one', n.nspname, t.relname, a.attname, a.attname) AS fix,
  format('schema=%s index=%s', to_json(n.nspname::text), to_json(i.relname::text)) AS filter,
  b.bytes AS weight
FROM params
CROSS JOIN pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
JOIN pg_catalog.pg_am AS m ON m.oid = i.relam AND m.amname = 'btree'
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] AND NOT a.attnotnull
-- Shows no row where row level security or a missing SELECT hides the table: nothing can be said of it then.
JOIN pg_catalog.pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname AND NOT s.inherited
CROSS JOIN LATERAL (SELECT i.relpages * current_setting('block_size')::numeric AS bytes) AS b
WHERE i.relkind = 'i'
  AND x.indisvalid
  AND NOT x.indisunique
  AND NOT i.relispartition
  AND x.indnkeyatts = 1
  AND x.indpred IS NULL
  AND s.null_frac * 100 >= params.min_null_pct
  AND b.bytes >= params.min_bytes
  AND i.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels_lost_at
-- with: min_bytes = 0
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, lost_at timestamptz, place text);
INSERT INTO plant.parcels SELECT n, CASE WHEN n % 10 = 0 THEN now() END, 'x' FROM generate_series(1, 2000) n;
CREATE INDEX parcels_lost_at ON plant.parcels (lost_at);
CREATE INDEX parcels_lost_some ON plant.parcels (lost_at) WHERE lost_at IS NOT NULL;
CREATE INDEX parcels_place ON plant.parcels (place);
ANALYZE plant.parcels;
---*/
