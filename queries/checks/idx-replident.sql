/*---
title    = "Replica identity points at no index"
severity = "error"
category = "indexes"
about    = "schema"
why      = "The index was dropped and the setting stayed: subscribers cannot find the rows to change, and publishing an UPDATE fails."
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  'REPLICA IDENTITY USING INDEX, but no index of the table is marked for it' AS detail,
  format('ALTER TABLE %I.%I REPLICA IDENTITY DEFAULT', n.nspname, t.relname)
    || ' -- or USING INDEX with a unique index on NOT NULL columns' AS fix
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p')
  AND t.relreplident = 'i'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS x WHERE x.indrelid = t.oid AND x.indisreplident)
  AND t.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int NOT NULL);
CREATE UNIQUE INDEX parcels_id ON plant.parcels (id);
ALTER TABLE plant.parcels REPLICA IDENTITY USING INDEX parcels_id;
DROP INDEX plant.parcels_id;
CREATE TABLE plant.kept (id int PRIMARY KEY);
ALTER TABLE plant.kept REPLICA IDENTITY USING INDEX kept_pkey;
CREATE TABLE plant.plain (id int PRIMARY KEY);
---*/
