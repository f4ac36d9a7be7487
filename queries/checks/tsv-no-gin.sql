/*---
title    = "Search column without a search index"
severity = "warning"
category = "search"
about    = "schema"
why      = "Without GIN or GiST a search reads every row and matches every word."
identity = ["object", "column"]
shared   = ["own"]
[params]
min_pages = 10
min_rows  = 1000
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  a.attname::text AS "column",
  format('%I is a tsvector in no GIN or GiST index', a.attname) AS detail,
  format('CREATE INDEX %sON %I.%I USING gin (%I)', CASE WHEN c.relkind = 'p' THEN '' ELSE 'CONCURRENTLY ' END, n.nspname, c.relname, a.attname) AS fix,
  c.reltuples::numeric AS weight
FROM params
CROSS JOIN pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.atttypid = 'tsvector'::regtype
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND NOT (c.relkind <> 'p' AND c.relpages BETWEEN 1 AND params.min_pages - 1 AND c.reltuples < params.min_rows)
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_index AS x
    JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
    WHERE x.indrelid = c.oid
      AND x.indisvalid
      AND m.amname NOT IN ('btree', 'hash', 'brin', 'spgist')
      AND a.attnum = ANY (x.indkey)
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, words tsvector);
CREATE INDEX ON plant.parcels (words);
CREATE TABLE plant.good (id int PRIMARY KEY, words tsvector);
CREATE INDEX ON plant.good USING gin (words) WHERE id > 0;
---*/
