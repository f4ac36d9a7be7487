/*---
title    = "Counter that no trigger keeps"
severity = "info"
category = "counters"
about    = "schema"
why      = "Whatever does not go through the application (an import, a cascade, a hand at psql) leaves the number wrong."
identity = ["object", "column"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  a.attname::text AS "column",
  format('%I counts %s, which has no enabled trigger', a.attname, string_agg(DISTINCT t.oid::regclass::text, ', ')) AS detail,
  'count on read, or keep it by a trigger on INSERT, DELETE and UPDATE of the key' AS fix
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT regexp_replace(a.attname::text, '_count$', '') AS word) AS w
JOIN pg_catalog.pg_constraint AS k ON k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0
-- notes_count or note_count counts notes, note or blog_note.
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
  AND regexp_replace(t.relname, 's$', '') IN (regexp_replace(w.word, 's$', ''), regexp_replace(c.relname, '_[^_]*$', '') || '_' || regexp_replace(w.word, 's$', ''))
WHERE a.attname LIKE '%\_count'
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
  AND a.attgenerated = ''
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger AS g
    WHERE g.tgrelid = t.oid
      AND NOT g.tgisinternal
      AND g.tgenabled IN ('O', 'A')
      AND g.tgtype & 12 > 0 -- INSERT or DELETE
  )
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname, a.attname
/*--- plant
-- finds: plant.blog_posts
CREATE SCHEMA plant;
CREATE TABLE plant.blog_posts (id int PRIMARY KEY, comments_count int, note_count int, view_count int);
CREATE TABLE plant.comments (id int PRIMARY KEY, post int REFERENCES plant.blog_posts);
CREATE TABLE plant.blog_notes (id int PRIMARY KEY, post int REFERENCES plant.blog_posts);
CREATE FUNCTION plant.counts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER counts AFTER INSERT OR DELETE ON plant.blog_notes FOR EACH STATEMENT EXECUTE FUNCTION plant.counts();
ALTER TABLE plant.blog_posts ADD COLUMN post_count text;
---*/
