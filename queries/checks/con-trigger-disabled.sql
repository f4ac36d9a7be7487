/*---
title    = "Constraint switched off"
severity = "error"
category = "keys"
about    = "schema"
why      = "The constraint still stands in the catalogue and is not checked: rows that break it get in unseen."
identity = ["object", "constraint"]
shared   = ["own"]
---*/
SELECT
  format('%I.%I', n.nspname, t.relname) AS object,
  k.conname::text AS "constraint",
  format(
    '%s of its triggers on this table %s: %s', count(*),
    CASE WHEN bool_and(g.tgenabled = 'R') THEN 'fire for replication only' ELSE 'are disabled' END,
    regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '\s+', ' ', 'g')
  ) AS detail,
  format('ALTER TABLE %I.%I ENABLE TRIGGER ALL -- then look for rows that broke it meanwhile', n.nspname, t.relname) AS fix
FROM pg_catalog.pg_trigger AS g
JOIN pg_catalog.pg_constraint AS k ON k.oid = g.tgconstraint
JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE g.tgisinternal
  AND g.tgenabled IN ('D', 'R')
  AND k.contype <> 't'
  -- What a partition has from its parent is told of the parent.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS p WHERE p.oid = g.tgparentid AND p.tgenabled = g.tgenabled)
  AND t.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, t.relname, k.oid, k.conname
/*--- plant
-- finds: plant.child
CREATE SCHEMA plant;
CREATE TABLE plant.parent (id int PRIMARY KEY);
CREATE TABLE plant.child (id int PRIMARY KEY, parent_id int REFERENCES plant.parent);
ALTER TABLE plant.child DISABLE TRIGGER ALL;
---*/
