/*---
title    = "Trigger switched off"
severity = "warning"
category = "keys"
about    = "schema"
why      = "What it keeps up (a trail, a counter, a search column) has been standing still since."
identity = ["object", "trigger"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  g.tgname::text AS "trigger",
  format('disabled; calls %s', g.tgfoid::regproc) AS detail,
  format('ALTER TABLE %I.%I ENABLE TRIGGER %I -- then make up for what it missed', n.nspname, t.relname, g.tgname) AS fix
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE NOT g.tgisinternal
  AND g.tgenabled = 'D'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS p WHERE p.oid = g.tgparentid AND p.tgenabled = 'D')
  AND t.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY);
CREATE FUNCTION plant.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted BEFORE INSERT ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.noted();
CREATE TRIGGER kept BEFORE INSERT ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.noted();
ALTER TABLE plant.parcels DISABLE TRIGGER noted;
---*/
