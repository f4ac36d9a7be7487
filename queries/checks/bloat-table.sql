/*---
title    = "Table mostly of free space"
severity = "warning"
category = "bloat"
about    = "state"
why      = "Every full read, every backup and the cache carry pages that hold nothing."
door     = "bloat"
shared   = ["own"]
[params]
min_pct   = 50
min_bytes = 1048576
---*/
WITH width AS (
  -- What a row takes by the statistics. Padding between columns is not seen, but alone it never reaches half.
  SELECT
    c.oid,
    sum((1 - s.null_frac) * s.avg_width) AS data,
    max(CASE WHEN s.null_frac > 0 THEN 1 ELSE 0 END) AS nulls,
    count(*) AS columns
  FROM params
  CROSS JOIN pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  -- No row of a column means: never analyzed, or hidden by row level security or a missing SELECT. Nothing is said then.
  LEFT JOIN pg_catalog.pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
  WHERE c.relkind IN ('r', 'm')
    AND c.relpages >= greatest(20, params.min_bytes / current_setting('block_size')::numeric)
    AND c.reltuples > 0
    AND c.oid IN (SELECT o.oid FROM own AS o)
  GROUP BY c.oid
  HAVING bool_and(s.attname IS NOT NULL AND a.atttypid <> 'name'::regtype)
), expected AS (
  SELECT
    c.oid,
    c.relnamespace,
    c.relname,
    c.relpages,
    ceil(c.reltuples / greatest(1, floor((p.page - 24) * f.fill / 100 / u.row))) AS needs,
    p.page
  FROM width AS w
  JOIN pg_catalog.pg_class AS c ON c.oid = w.oid
  CROSS JOIN LATERAL (SELECT current_setting('block_size')::numeric AS page) AS p
  CROSS JOIN LATERAL (SELECT coalesce((regexp_match(c.reloptions::text, 'fillfactor=(\d+)'))[1]::numeric, 100) AS fill) AS f
  -- Line pointer, header with the map of NULLs, data, both in steps of 8 bytes.
  CROSS JOIN LATERAL (
    SELECT (4 + ceil((23 + w.nulls * ceil(c.relnatts / 8.0)) / 8) * 8 + ceil(w.data / 8) * 8)::numeric AS row
  ) AS u
)
SELECT
  format('%I.%I', n.nspname, e.relname) AS object,
  format(
    'about %s of %s, %s %%, is free or dead; estimated from the last VACUUM or ANALYZE',
    pg_catalog.pg_size_pretty(b.bytes), pg_catalog.pg_size_pretty(e.relpages * e.page), round(b.pct)
  ) AS detail,
  format('VACUUM %I.%I makes it usable again; to make the file small: VACUUM FULL (locks everybody out) or pg_repack', n.nspname, e.relname) AS fix,
  format('kind=table schema=%s name=%s', to_json(n.nspname::text), to_json(e.relname::text)) AS filter,
  b.bytes AS weight
FROM params
CROSS JOIN expected AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.relnamespace
CROSS JOIN LATERAL (
  SELECT
    ((e.relpages - e.needs) * e.page)::numeric AS bytes,
    (100 * (e.relpages - e.needs) / e.relpages)::numeric AS pct
) AS b
WHERE b.pct >= params.min_pct
  AND b.bytes >= params.min_bytes
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int, name text);
INSERT INTO plant.parcels SELECT n, repeat('x', 100) FROM generate_series(1, 40000) n;
DELETE FROM plant.parcels WHERE id % 4 > 0;
CREATE TABLE plant.half_full (id int, name text) WITH (fillfactor = 30);
INSERT INTO plant.half_full SELECT n, repeat('x', 100) FROM generate_series(1, 40000) n;
CREATE TABLE plant.padded (a bool, b int8, c bool, d int8, e bool, f int8);
INSERT INTO plant.padded SELECT true, n, true, n, true, n FROM generate_series(1, 40000) n;
ANALYZE plant.parcels, plant.half_full, plant.padded;
---*/
