/*---
title    = "Definer function without a search_path"
severity = "error"
category = "security"
about    = "schema"
why      = "It runs with its owner's rights and finds tables and operators in the caller's search_path: the caller chooses what it calls."
---*/
SELECT
  format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS object,
  format('SECURITY DEFINER, runs as %I, no SET search_path; %s', r.rolname, CASE WHEN g.fires THEN 'called by a trigger' ELSE 'callable by others' END) AS detail,
  format(
    'ALTER %s %I.%I(%s) SET search_path = %I, pg_temp', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
    n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), n.nspname
  ) AS fix
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles AS r ON r.oid = p.proowner
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgfoid = p.oid) AS fires) AS g
WHERE p.prosecdef
  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%')
  -- Names in a body of standard SQL (14 and later) are resolved when it is created.
  AND (to_jsonb(p) ->> 'prosqlbody') IS NULL
  -- Dangerous where somebody else can make it run: through a trigger, or by a grant on it and on its schema.
  AND (
    g.fires
    OR (
      p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee <> p.proowner)
      AND EXISTS (SELECT FROM aclexplode(n.nspacl) AS a WHERE a.privilege_type = 'USAGE' AND a.grantee <> p.proowner)
    )
  )
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND e.objid = p.oid
      AND e.deptype = 'e'
  )
/*--- plant
-- finds: plant.open(a integer, b text)
-- finds: plant.fires()
CREATE SCHEMA plant;
GRANT USAGE ON SCHEMA plant TO PUBLIC;
CREATE TABLE plant.parcels (id int PRIMARY KEY);
CREATE FUNCTION plant.open(a int, b text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION plant.good() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = plant, pg_temp AS 'SELECT 1';
CREATE FUNCTION plant.kept() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
REVOKE ALL ON FUNCTION plant.kept() FROM PUBLIC;
CREATE FUNCTION plant.fires() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NULL; END';
REVOKE ALL ON FUNCTION plant.fires() FROM PUBLIC;
CREATE TRIGGER fires AFTER INSERT ON plant.parcels FOR EACH ROW EXECUTE FUNCTION plant.fires();
CREATE SCHEMA plant_closed;
CREATE FUNCTION plant_closed.out_of_reach() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
---*/
