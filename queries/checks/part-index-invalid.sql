/*---
title    = "Partitioned index that some partition lacks"
severity = "error"
category = "partitions"
about    = "schema"
why      = "It is not valid until every partition has its own: a unique one keeps no promise across them."
door     = "indexes"
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, i.relname) AS object,
  format('on %s; %s', x.indrelid::regclass, coalesce('missing or not valid on ' || m.parts, 'no partition lacks it, but it is not valid')) AS detail,
  'create it on those with CREATE INDEX CONCURRENTLY, then '
    || format('ALTER INDEX %I.%I ATTACH PARTITION …', n.nspname, i.relname) AS fix,
  format('schema=%s index=%s', to_json(n.nspname::text), to_json(i.relname::text)) AS filter
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
CROSS JOIN LATERAL (
  SELECT string_agg(h.inhrelid::regclass::text, ', ' ORDER BY h.inhrelid::regclass::text) AS parts
  FROM pg_catalog.pg_inherits AS h
  WHERE h.inhparent = x.indrelid
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_index AS y
      JOIN pg_catalog.pg_inherits AS j ON j.inhrelid = y.indexrelid AND j.inhparent = x.indexrelid
      WHERE y.indrelid = h.inhrelid AND y.indisvalid
    )
) AS m
WHERE i.relkind = 'I'
  AND NOT x.indisvalid
  -- One below it is its reason, not another finding.
  AND NOT i.relispartition
  AND i.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.visits_at
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.visits_1 PARTITION OF plant.visits DEFAULT;
CREATE INDEX visits_at ON ONLY plant.visits (at);
CREATE INDEX good ON plant.visits (at);
---*/
