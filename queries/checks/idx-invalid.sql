/*---
title    = "Invalid index"
severity = "error"
category = "indexes"
about    = "schema"
why      = "An index that is not valid is written on every change and answers no query."
door     = "indexes"
---*/
SELECT
  format('%I.%I', n.nspname, i.relname) AS object,
  concat_ws(
    ', ',
    'not valid',
    CASE WHEN NOT x.indisready THEN 'not kept up to date' END,
    CASE WHEN NOT x.indislive THEN 'being dropped' END,
    'on ' || format('%I.%I', n.nspname, t.relname),
    CASE WHEN i.relname ~ '_cc(new|old)\d*$' THEN 'left behind by a REINDEX CONCURRENTLY that failed' END
  ) AS detail,
  CASE
    WHEN i.relname ~ '_cc(new|old)\d*$' THEN format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, i.relname)
    ELSE format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, i.relname)
  END AS fix,
  format('schema=%s index=%s', to_json(n.nspname::text), to_json(i.relname::text)) AS filter
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
WHERE i.relkind = 'i'
  AND NOT (x.indisvalid AND x.indisready AND x.indislive)
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  -- One that is being built is not broken. Without pg_monitor the view hides which one it is: then every one on a table
  -- that the builder has locked, and so for REINDEX, which makes several before it fills the first.
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_stat_progress_create_index AS p
    JOIN pg_catalog.pg_locks AS l ON l.pid = p.pid AND l.relation = x.indrelid AND l.granted
    WHERE p.datname = current_database()
      AND (p.index_relid = x.indexrelid OR p.index_relid IS NULL OR p.command LIKE 'REINDEX%')
  )
/*--- plant
-- finds: plant.parcels_code
-- finds: plant.parcels_code_ccnew
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, code text);
CREATE INDEX parcels_code ON plant.parcels (code);
CREATE INDEX parcels_code_ccnew ON plant.parcels (code);
UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid IN ('plant.parcels_code'::regclass, 'plant.parcels_code_ccnew'::regclass);
---*/
