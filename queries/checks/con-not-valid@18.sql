/*---
title    = "Constraint not validated or not enforced"
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
  CASE WHEN k.conenforced THEN 'NOT VALID: ' ELSE 'NOT ENFORCED, not even for new rows: ' END || regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '\s+', ' ', 'g') AS detail,
  CASE
    WHEN k.conenforced THEN format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname, k.conname)
    WHEN k.contype = 'f' THEN format('ALTER TABLE %I.%I ALTER CONSTRAINT %I ENFORCED', n.nspname, t.relname, k.conname)
    ELSE format('ALTER TABLE %I.%I DROP CONSTRAINT %I, and add it again without NOT ENFORCED', n.nspname, t.relname, k.conname)
  END AS fix
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
-- finds: plant.parcels
-- finds: plant.letters
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, weight int CHECK (weight < 100));
INSERT INTO plant.parcels VALUES (1, -1);
ALTER TABLE plant.parcels ADD CONSTRAINT positive CHECK (weight > 0) NOT VALID;
ALTER TABLE plant.parcels ADD CONSTRAINT light CHECK (weight < 50) NOT ENFORCED;
CREATE TABLE plant.letters (id int PRIMARY KEY, sender text);
ALTER TABLE plant.letters ADD CONSTRAINT sent NOT NULL sender NOT VALID;
---*/
