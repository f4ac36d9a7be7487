/*---
title    = "Search column that nothing keeps up"
severity = "warning"
category = "search"
about    = "schema"
why      = "A tsvector neither generated nor set by a trigger says what the row was when somebody last filled it."
identity = ["object", "column"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  a.attname::text AS "column",
  format('%I is a tsvector, not generated, and no enabled trigger of the table names it', a.attname) AS detail,
  format('make %I GENERATED ALWAYS AS (to_tsvector(…)) STORED, unless the application fills it on every write', a.attname) AS fix
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.atttypid = 'tsvector'::regtype
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.attgenerated = ''
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger AS g
    JOIN pg_catalog.pg_proc AS f ON f.oid = g.tgfoid
    JOIN pg_catalog.pg_language AS l ON l.oid = f.prolang
    WHERE g.tgrelid = c.oid
      AND NOT g.tgisinternal
      AND g.tgenabled IN ('O', 'A')
      -- In the function's text, or handed to it; what is written in C cannot be read.
      AND (
        position(a.attname IN f.prosrc) > 0
        OR position(a.attname::text IN pg_catalog.pg_get_triggerdef(g.oid)) > 0
        OR (l.lanname IN ('c', 'internal') AND f.proname NOT LIKE 'tsvector\_update\_trigger%')
      )
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
-- finds: plant.off
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, name text, words tsvector, other tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED);
CREATE TABLE plant.good (id int PRIMARY KEY, name text, words tsvector);
CREATE TRIGGER words BEFORE INSERT OR UPDATE ON plant.good FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.simple', name);
CREATE TABLE plant.off (id int PRIMARY KEY, name text, found tsvector);
CREATE TRIGGER found BEFORE INSERT OR UPDATE ON plant.off FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(found, 'pg_catalog.simple', name);
ALTER TABLE plant.off DISABLE TRIGGER found;
---*/
