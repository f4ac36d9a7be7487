/*---
title    = "Table without a primary key"
severity = "warning"
category = "keys"
about    = "schema"
why      = "Without a key a single row cannot be named: not by a restore, an audit trail or a subscriber."
door     = "tables"
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  coalesce('no primary key; ' || u.named || ' is unique and NOT NULL', 'no primary key') AS detail,
  coalesce(
    CASE WHEN c.relkind = 'r' THEN format('ALTER TABLE %I.%I ADD PRIMARY KEY USING INDEX ', n.nspname, c.relname) || u.named END,
    format('ALTER TABLE %I.%I ADD PRIMARY KEY (…)', n.nspname, c.relname)
  ) AS fix,
  format('schema=%s table=%s', to_json(n.nspname::text), to_json(c.relname::text)) AS filter,
  c.reltuples::numeric AS weight
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT quote_ident(i.relname) AS named
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
  WHERE x.indrelid = c.oid
    AND x.indisunique
    AND x.indisvalid
    AND x.indimmediate
    AND x.indpred IS NULL
    AND x.indexprs IS NULL
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = c.oid AND a.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1]) AND NOT a.attnotnull
    )
  ORDER BY x.indnkeyatts, i.relname
  LIMIT 1
) AS u ON true
WHERE c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid AND x.indisprimary)
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
-- finds: plant.days
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (code text NOT NULL UNIQUE);
CREATE TABLE plant.days (day date) PARTITION BY RANGE (day);
CREATE TABLE plant.days_1 PARTITION OF plant.days DEFAULT;
CREATE TABLE plant.kept (id int PRIMARY KEY);
CREATE INDEX ON plant.parcels (code);
---*/
