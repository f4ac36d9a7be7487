/*---
title    = "Index mostly of free space"
severity = "warning"
category = "bloat"
about    = "state"
why      = "Every lookup and every backup carry pages that hold nothing, and the cache holds them."
door     = "bloat"
shared   = ["own"]
[params]
min_pct   = 50
min_bytes = 524288
---*/
WITH width AS (
  -- A whole value even where many are NULL or the index is partial: that makes the estimate small, never too large.
  SELECT
    x.indexrelid,
    x.indisunique,
    sum(s.avg_width) AS data,
    max(CASE WHEN s.null_frac > 0 THEN 1 ELSE 0 END) AS nulls,
    -- Rows for each different value, of the key column that tells them apart best.
    min(CASE WHEN k.at <= x.indnkeyatts THEN CASE WHEN s.n_distinct < 0 THEN -1 / s.n_distinct ELSE t.reltuples / nullif(s.n_distinct, 0) END END) AS repeats
  FROM params
  CROSS JOIN pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid AND i.relkind = 'i'
  JOIN pg_catalog.pg_am AS m ON m.oid = i.relam AND m.amname = 'btree'
  JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
  LEFT JOIN pg_catalog.pg_class AS o ON o.oid = t.reltoastrelid AND o.relpages > 0
  -- No row: never analyzed, or hidden by row level security or a missing SELECT. Nothing is said then.
  LEFT JOIN pg_catalog.pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname AND NOT s.inherited
  WHERE x.indisvalid
    AND x.indexprs IS NULL
    AND i.reltuples > 0
    AND i.relpages >= greatest(20, params.min_bytes / current_setting('block_size')::numeric)
    AND i.oid IN (SELECT o.oid FROM own AS o)
  GROUP BY x.indexrelid, x.indisunique
  HAVING bool_and(s.attname IS NOT NULL AND a.atttypid <> 'name'::regtype)
    -- Of a long value moved out of the row the statistics count the pointer, and the index holds all of it.
    AND NOT bool_or(o.oid IS NOT NULL AND a.attstorage IN ('x', 'e') AND a.atttypmod < 0)
), expected AS (
  SELECT
    i.relnamespace,
    i.relname,
    i.relpages,
    p.page,
    -- One page of the index's own, and above the leaves about one for every hundred.
    1 + ceil(1.01 * ceil(i.reltuples / greatest(1, floor((p.page - 40) * f.fill / 100 / u.entry)))) AS needs
  FROM width AS w
  JOIN pg_catalog.pg_class AS i ON i.oid = w.indexrelid
  CROSS JOIN LATERAL (SELECT current_setting('block_size')::numeric AS page) AS p
  CROSS JOIN LATERAL (SELECT coalesce((regexp_match(i.reloptions::text, 'fillfactor=(\d+)'))[1]::numeric, 90) AS fill) AS f
  -- Line pointer, header, data in steps of 8 bytes.
  CROSS JOIN LATERAL (SELECT (4 + 8 + 8 * w.nulls + ceil(w.data / 8.0) * 8)::numeric AS entry) AS u
  -- Equal keys are kept once since 13: what a page should hold is then anybody's guess.
  WHERE w.indisunique OR w.repeats < 2
)
SELECT
  format('%I.%I', n.nspname, e.relname) AS object,
  format(
    'about %s of %s, %s %%, is free; estimated from the last VACUUM or ANALYZE',
    pg_catalog.pg_size_pretty(b.bytes), pg_catalog.pg_size_pretty(e.relpages * e.page), round(b.pct)
  ) AS detail,
  format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, e.relname) AS fix,
  format('kind=index schema=%s name=%s', to_json(n.nspname::text), to_json(e.relname::text)) AS filter,
  b.bytes AS weight
FROM params
CROSS JOIN expected AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.relnamespace
CROSS JOIN LATERAL (SELECT ((e.relpages - e.needs) * e.page)::numeric AS bytes, (100 * (e.relpages - e.needs) / e.relpages)::numeric AS pct) AS b
WHERE b.pct >= params.min_pct
  AND b.bytes >= params.min_bytes
/*--- plant
-- finds: plant.parcels_pkey
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, kind int);
CREATE INDEX parcels_kind ON plant.parcels (kind);
INSERT INTO plant.parcels SELECT n, n % 5 FROM generate_series(1, 60000) n;
DELETE FROM plant.parcels WHERE id % 4 > 0;
ANALYZE plant.parcels;
---*/
