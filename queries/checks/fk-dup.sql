/*---
title    = "Foreign key declared twice"
severity = "info"
category = "foreign-keys"
about    = "schema"
why      = "Each of them is checked on every write, and they may disagree on what a deletion does."
identity = ["object", "constraint"]
shared   = ["own"]
---*/
SELECT DISTINCT ON (k.oid)
  format('%I.%I', n.nspname, t.relname) AS object,
  k.conname::text AS "constraint",
  format(
    'the same as %I%s', f.conname,
    CASE WHEN (f.confdeltype, f.confupdtype) <> (k.confdeltype, k.confupdtype) THEN ', but with other actions' ELSE '' END
  ) AS detail,
  format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname, k.conname) AS fix
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_constraint AS f
  ON f.contype = 'f'
  AND f.conrelid = k.conrelid
  AND f.confrelid = k.confrelid
  AND f.oid < k.oid
  AND f.conkey = k.conkey
  AND f.confkey = k.confkey
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND f.conparentid = 0
  AND t.oid IN (SELECT o.oid FROM own AS o)
ORDER BY k.oid, f.oid
/*--- plant
-- finds: plant.child
CREATE SCHEMA plant;
CREATE TABLE plant.parent (id bigint PRIMARY KEY);
CREATE TABLE plant.child (a bigint REFERENCES plant.parent, b bigint REFERENCES plant.parent);
ALTER TABLE plant.child ADD CONSTRAINT again FOREIGN KEY (a) REFERENCES plant.parent ON DELETE CASCADE;
CREATE TABLE plant.other_parent (id bigint PRIMARY KEY);
CREATE TABLE plant.two_parents (a bigint REFERENCES plant.parent REFERENCES plant.other_parent);
---*/
