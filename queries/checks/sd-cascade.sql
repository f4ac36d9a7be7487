/*---
title    = "Soft-deleted table emptied by a cascade"
severity = "info"
category = "soft-delete"
about    = "schema"
why      = "The parent knows no soft delete: when it is deleted, these rows are gone for good, deleted ones included."
identity = ["object", "constraint"]
shared   = ["marker"]
---*/
SELECT
  format('%I.%I', m.nspname, m.relname) AS object,
  k.conname::text AS "constraint",
  format('ON DELETE CASCADE from %s, which has no mark of deletion', k.confrelid::regclass) AS detail,
  'declare it ON DELETE RESTRICT or SET NULL, or give the parent a mark as well' AS fix
FROM marker AS m
JOIN pg_catalog.pg_constraint AS k ON k.conrelid = m.relid AND k.contype = 'f' AND k.confdeltype = 'c' AND k.conparentid = 0
WHERE NOT EXISTS (SELECT FROM marker AS p WHERE p.relid = k.confrelid)
/*--- plant
-- finds: plant.items
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE plant.senders (id int PRIMARY KEY);
CREATE TABLE plant.items (
  id int PRIMARY KEY,
  parcel int REFERENCES plant.parcels ON DELETE CASCADE,
  sender int REFERENCES plant.senders ON DELETE CASCADE,
  buyer int REFERENCES plant.senders ON DELETE SET NULL,
  deleted_at timestamptz
);
---*/
