/*---
title    = "Partition half detached"
severity = "warning"
category = "partitions"
about    = "schema"
why      = "A DETACH CONCURRENTLY is running or was broken off: queries no longer see these rows, and no other can be detached."
needs    = { server = 14 }
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  format('detach from %s is pending', h.inhparent::regclass) AS detail,
  format('ALTER TABLE %s DETACH PARTITION %I.%I FINALIZE', h.inhparent::regclass, n.nspname, c.relname) AS fix
FROM pg_catalog.pg_inherits AS h
JOIN pg_catalog.pg_class AS c ON c.oid = h.inhrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE h.inhdetachpending
  AND c.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.visits_1
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.visits_1 PARTITION OF plant.visits DEFAULT;
UPDATE pg_catalog.pg_inherits SET inhdetachpending = true WHERE inhrelid = 'plant.visits_1'::regclass;
---*/
