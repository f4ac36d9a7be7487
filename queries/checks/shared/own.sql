-- What belongs to the users of the database: no catalogue, no temporary table of some session, no part of an extension. A check
-- that asks for it (shared = ["own"]) sees it as a relation of this name.
SELECT c.oid
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_depend AS e
    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND e.objid = c.oid
      AND e.deptype = 'e'
  )
