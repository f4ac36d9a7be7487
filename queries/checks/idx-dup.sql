/*---
title    = "Duplicate index"
severity = "warning"
category = "indexes"
about    = "schema"
why      = "Two equal indexes cost twice on every write and answer no more than one."
door     = "indexes"
shared   = ["own"]
---*/
WITH one AS (
  SELECT
    x.*,
    n.nspname,
    i.relname,
    i.relam,
    -- The stored tree holds places in the text it came from, so two equal ones differ: compare what they say.
    pg_catalog.pg_get_expr(x.indexprs, x.indrelid) AS expressions,
    pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate,
    (
      SELECT string_agg(a.attnum || a.attoptions::text, ' ' ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = i.oid AND a.attoptions IS NOT NULL
    ) AS options,
    -- What nobody may drop: it keeps a promise, identifies rows, or belongs to the index of a parent.
    x.indisunique OR x.indisprimary OR x.indisexclusion OR x.indisreplident OR x.indisclustered OR i.relispartition
      OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.oid) AS needed
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
  WHERE x.indisvalid
    AND x.indisready
    AND i.oid IN (SELECT o.oid FROM own AS o)
)
SELECT DISTINCT ON (b.indexrelid)
  format('%I.%I', b.nspname, b.relname) AS object,
  format('equal to %I', a.relname)
    || CASE WHEN a.indisprimary THEN ', the primary key' WHEN a.indisunique THEN ', which is unique as well' ELSE '' END AS detail,
  'DROP INDEX ' || CASE WHEN c.relkind = 'I' THEN '' ELSE 'CONCURRENTLY ' END || format('%I.%I', b.nspname, b.relname) AS fix,
  format('schema=%s index=%s', to_json(b.nspname::text), to_json(b.relname::text)) AS filter
FROM one AS b
JOIN pg_catalog.pg_class AS c ON c.oid = b.indexrelid
JOIN one AS a
  ON a.indrelid = b.indrelid
  AND a.indexrelid <> b.indexrelid
  AND a.relam = b.relam
  AND a.indnkeyatts = b.indnkeyatts
  AND a.indkey::text = b.indkey::text
  AND a.indclass::text = b.indclass::text
  AND a.indcollation::text = b.indcollation::text
  AND a.indoption::text = b.indoption::text
  AND a.expressions IS NOT DISTINCT FROM b.expressions
  AND a.predicate IS NOT DISTINCT FROM b.predicate
  AND a.options IS NOT DISTINCT FROM b.options
WHERE NOT b.needed
  AND (a.needed OR a.indexrelid < b.indexrelid)
ORDER BY b.indexrelid, a.needed DESC, a.indexrelid
/*--- plant
-- finds: plant.parcels_code_again
-- finds: plant.parcels_open_again
-- finds: plant.parcels_id
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, code text, sent_at timestamptz, UNIQUE (code, id));
CREATE INDEX parcels_code ON plant.parcels (code);
CREATE INDEX parcels_code_again ON plant.parcels (code);
CREATE INDEX parcels_open ON plant.parcels (lower(code)) WHERE sent_at IS NULL;
CREATE INDEX parcels_open_again ON plant.parcels (lower(code))  WHERE (sent_at IS NULL);
CREATE INDEX parcels_id ON plant.parcels (id);
CREATE INDEX other_order ON plant.parcels (code DESC);
CREATE INDEX other_class ON plant.parcels (code text_pattern_ops);
CREATE INDEX other_collation ON plant.parcels (code COLLATE "C");
CREATE INDEX other_payload ON plant.parcels (code) INCLUDE (id);
CREATE INDEX other_condition ON plant.parcels (lower(code)) WHERE sent_at IS NOT NULL;
CREATE INDEX other_method ON plant.parcels USING hash (code);
CREATE INDEX other_expression ON plant.parcels (upper(code)) WHERE sent_at IS NULL;
---*/
