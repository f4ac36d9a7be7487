/*---
title    = "Autovacuum is switched off"
severity = "warning"
category = "vacuum"
about    = "state"
why      = "Nobody cleans up dead rows or keeps statistics fresh then, and in the end the server does it by force, at the worst moment."
now      = true
---*/
SELECT
  s.name AS object,
  pg_catalog.format('%s is off for the whole server', s.name) AS detail,
  pg_catalog.format('ALTER SYSTEM SET %I = on', s.name) || '; SELECT pg_catalog.pg_reload_conf()' AS fix,
  1 AS weight
FROM (VALUES ('autovacuum'), ('track_counts')) AS s (name)
WHERE NOT pg_catalog.current_setting(s.name)::boolean
UNION ALL
SELECT
  pg_catalog.format('%I.%I', n.nspname, c.relname),
  'autovacuum_enabled is off for this table',
  pg_catalog.format('ALTER TABLE %I.%I RESET (autovacuum_enabled)', n.nspname, c.relname),
  0
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p')
  AND c.relpersistence <> 't'
  AND c.reloptions IS NOT NULL
  AND EXISTS (
    SELECT
    FROM pg_catalog.pg_options_to_table(c.reloptions) AS o
    WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean
  )
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp%'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    OFFSET 0 -- asked for what is left, instead of reading all of pg_depend
  )
/*--- plant
-- finds: plant.forgotten
CREATE SCHEMA plant;
CREATE TABLE plant.forgotten (id integer PRIMARY KEY) WITH (autovacuum_enabled = off);
CREATE TABLE plant.tuned (id integer PRIMARY KEY) WITH (autovacuum_vacuum_scale_factor = 0.01);
---*/
