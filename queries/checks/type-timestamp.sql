/*---
title    = "Time without a time zone"
severity = "info"
category = "keys"
about    = "schema"
why      = "Such a value does not say which moment it means; a session in another zone reads another one."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) AS detail,
  format(
    'ALTER TABLE %I.%I ALTER COLUMN … TYPE timestamptz USING … AT TIME ZONE ''UTC''', n.nspname, c.relname
  ) AS fix
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND a.atttypid IN ('timestamp'::regtype, 'timetz'::regtype)
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, sent_at timestamp, seen_at timestamptz, opens timetz);
CREATE TABLE plant.good (id int PRIMARY KEY, sent_at timestamptz, day date, opens time);
---*/
