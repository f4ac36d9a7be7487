/*---
title    = "Mark of deletion that cannot tell"
severity = "warning"
category = "soft-delete"
about    = "schema"
why      = "NULL must mean live and the moment must be exact: rows that fell together are found by it, and restored by it."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  format('%I ', a.attname) || concat_ws(
    ', ',
    CASE WHEN a.atttypid = 'date'::regtype THEN 'is a date: rows that fell together look like all of that day' END,
    CASE WHEN a.atttypid = 'timestamp'::regtype AND o.zoned THEN 'has no time zone, unlike the table''s other times' END,
    CASE WHEN NOT a.attnotnull AND f.text IS NOT NULL THEN 'is ' || f.text || ' by default: new rows are born deleted' END,
    CASE WHEN a.attnotnull THEN 'is never NULL, ' || f.text || ' stands for live' END
  ) AS detail,
  format('ALTER TABLE %I.%I ALTER COLUMN %I ', n.nspname, c.relname, a.attname)
    || CASE WHEN f.text IS NOT NULL THEN 'DROP DEFAULT' ELSE 'TYPE timestamptz' END AS fix
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT (
    SELECT nullif(nullif(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'NULL'), 'NULL::' || format_type(a.atttypid, a.atttypmod))
    FROM pg_catalog.pg_attrdef AS d WHERE d.adrelid = c.oid AND d.adnum = a.attnum
  ) AS text
) AS f
-- Where a whole schema keeps its times in UTC without a zone, as Rails does, type-timestamp says so once; a mix is worse.
CROSS JOIN LATERAL (
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_attribute AS b WHERE b.attrelid = c.oid AND b.attnum > 0 AND NOT b.attisdropped AND b.atttypid = 'timestamptz'::regtype
  ) AS zoned
) AS o
WHERE a.attname IN ('deleted_at', 'discarded_at', 'archived_at')
  AND a.attnum > 0
  AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
  -- Never NULL and without a constant for live: a table of deletions, not one of things that can be deleted.
  AND CASE
    WHEN a.attnotnull THEN f.text LIKE '''%'
    ELSE f.text IS NOT NULL OR a.atttypid = 'date'::regtype OR (a.atttypid = 'timestamp'::regtype AND o.zoned)
  END
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.born_deleted
-- finds: plant.by_day
-- finds: plant.sentinel
-- finds: plant.mixed
CREATE SCHEMA plant;
CREATE TABLE plant.born_deleted (id int PRIMARY KEY, deleted_at timestamptz DEFAULT now());
CREATE TABLE plant.by_day (id int PRIMARY KEY, archived_at date);
CREATE TABLE plant.sentinel (id int PRIMARY KEY, deleted_at timestamptz NOT NULL DEFAULT 'infinity');
CREATE TABLE plant.mixed (id int PRIMARY KEY, created_at timestamptz, deleted_at timestamp);
CREATE TABLE plant.rails (id int PRIMARY KEY, created_at timestamp, deleted_at timestamp);
CREATE TABLE plant.log_of_deletions (id int PRIMARY KEY, deleted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE plant.good (id int PRIMARY KEY, deleted_at timestamptz DEFAULT NULL);
---*/
