/*---
title    = "Definer function that everybody may call"
severity = "warning"
category = "security"
about    = "schema"
why      = "A function is executable by PUBLIC until somebody says otherwise; this one lends its owner's rights."
---*/
SELECT
  format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS object,
  format('runs as %I, EXECUTE is granted to PUBLIC%s', r.rolname, CASE WHEN p.proacl IS NULL THEN ' by default' ELSE '' END) AS detail,
  format(
    'REVOKE EXECUTE ON %s %I.%I(%s) FROM PUBLIC', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
    n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
  ) AS fix
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles AS r ON r.oid = p.proowner
WHERE p.prosecdef
  -- A trigger function cannot be called.
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0)
  -- Nor one in a schema that nobody else may use.
  AND EXISTS (SELECT FROM aclexplode(n.nspacl) AS a WHERE a.privilege_type = 'USAGE' AND a.grantee <> p.proowner)
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
-- finds: plant.open(a integer)
CREATE SCHEMA plant;
GRANT USAGE ON SCHEMA plant TO PUBLIC;
CREATE FUNCTION plant.open(a int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_temp AS 'SELECT 1';
CREATE FUNCTION plant.good(a int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_temp AS 'SELECT 1';
REVOKE ALL ON FUNCTION plant.good(int) FROM PUBLIC;
CREATE FUNCTION plant.fires() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NULL; END';
CREATE SCHEMA plant_closed;
CREATE FUNCTION plant_closed.out_of_reach() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_temp AS 'SELECT 1';
---*/
