/*---
title    = "Trigger that a soft delete does not fire"
severity = "warning"
category = "soft-delete"
about    = "schema"
why      = "UPDATE OF a column fires when the statement names it. Here a BEFORE trigger sets it, so counters and trails never hear of it."
identity = ["object", "trigger"]
shared   = ["marker"]
---*/
SELECT DISTINCT
  format('%I.%I', m.nspname, m.relname) AS object,
  g.tgname::text AS "trigger",
  format('fires on UPDATE OF %I, which %I sets in the row', m.attname, b.tgname) AS detail,
  format('declare it AFTER UPDATE … WHEN (OLD.%I IS DISTINCT FROM NEW.%I), without OF', m.attname, m.attname) AS fix
FROM marker AS m
JOIN pg_catalog.pg_trigger AS g
  ON g.tgrelid = m.relid
  AND NOT g.tgisinternal
  AND g.tgenabled IN ('O', 'A')
  AND g.tgtype & 2 = 0 -- AFTER
  AND m.attnum = ANY (g.tgattr)
JOIN pg_catalog.pg_trigger AS b
  ON b.tgrelid = m.relid
  AND NOT b.tgisinternal
  AND b.tgenabled IN ('O', 'A')
  AND b.tgtype & 19 = 19 -- BEFORE UPDATE FOR EACH ROW
  AND NOT m.attnum = ANY (b.tgattr)
JOIN pg_catalog.pg_proc AS f ON f.oid = b.tgfoid
WHERE f.prosrc ~* ('new\.' || quote_ident(m.attname) || '\s*:?=[^=]')
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id int PRIMARY KEY, status text, deleted_at timestamptz);
CREATE FUNCTION plant.marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'gone' THEN NEW.deleted_at := now(); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION plant.counts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER marks BEFORE UPDATE ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.marks();
CREATE TRIGGER counts AFTER UPDATE OF deleted_at ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.counts();
CREATE TRIGGER good AFTER UPDATE ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.counts();
CREATE TRIGGER off AFTER UPDATE OF deleted_at ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.counts();
ALTER TABLE plant.parcels DISABLE TRIGGER off;
CREATE TRIGGER earlier BEFORE UPDATE OF deleted_at ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.counts();
---*/
