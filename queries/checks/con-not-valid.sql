/*---
title    = "Constraint not validated"
severity = "warning"
category = "keys"
about    = "schema"
why      = "It holds for new rows only: old ones may break it, and the planner may not rely on it."
identity = ["object", "constraint"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  k.conname::text AS "constraint",
  'NOT VALID: ' || regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '\s+', ' ', 'g') AS detail,
  format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname, k.conname) AS fix
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE NOT k.convalidated
  -- What a child inherited is told of its parent.
  AND k.conparentid = 0
  AND k.coninhcount = 0
  AND t.oid IN (SELECT o.oid FROM own AS o)
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, weight int CHECK (weight < 100));
INSERT INTO plant.parcels VALUES (1, -1);
ALTER TABLE plant.parcels ADD CONSTRAINT positive CHECK (weight > 0) NOT VALID;
---*/
