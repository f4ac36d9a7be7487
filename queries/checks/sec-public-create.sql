/*---
title    = "Everybody may create objects here"
severity = "warning"
category = "security"
about    = "schema"
why      = "Whoever can log in can put a function or a table of his own where others look for theirs."
---*/
SELECT
  quote_ident(n.nspname) AS object,
  format('CREATE on the schema is granted to PUBLIC; %s objects stand in it', o.count) AS detail,
  format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', n.nspname) AS fix
FROM pg_catalog.pg_namespace AS n
-- Before 15 every database is born with such a schema public: it matters once it is used.
CROSS JOIN LATERAL (
  SELECT count(*)
  FROM (
    SELECT c.oid, c.tableoid FROM pg_catalog.pg_class AS c WHERE c.relnamespace = n.oid
    UNION ALL
    SELECT p.oid, p.tableoid FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = n.oid
  ) AS one
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = one.tableoid AND e.objid = one.oid AND e.deptype = 'e')
) AS o
WHERE EXISTS (SELECT FROM aclexplode(n.nspacl) AS a WHERE a.privilege_type = 'CREATE' AND a.grantee = 0)
  AND o.count > 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
/*--- plant
-- finds: plant
CREATE SCHEMA plant;
GRANT CREATE ON SCHEMA plant TO PUBLIC;
CREATE TABLE plant.parcels (id int PRIMARY KEY);
CREATE SCHEMA plant_empty;
GRANT CREATE ON SCHEMA plant_empty TO PUBLIC;
---*/
