-- Functions of the schema that others can send to other tables: those without a search_path of their own, and those whose path does
-- not begin with their schema. An empty path is pinned as well, and pg_catalog in front does no harm. A check of a system that asks for
-- it (shared = ["paths"]) sees it as a relation of this name, and chooses the functions that are the system's own.
WITH functions AS (
  SELECT
    p.oid,
    p.proname,
    p.prosecdef,
    n.nspname,
    (
      SELECT pg_catalog.substr(c.setting, pg_catalog.length('search_path=') + 1)
      FROM pg_catalog.unnest(p.proconfig) AS c (setting)
      WHERE c.setting LIKE 'search\_path=%'
    ) AS path
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  WHERE n.nspname = pg_catalog.current_schema()
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
),
judged AS (
  SELECT
    f.*,
    f.path IS NOT NULL AND (
      pg_catalog.btrim(f.path, '" ') = ''
      OR EXISTS (
        SELECT
        -- The path stands as it was written: a name may be quoted where it need not be.
        FROM (VALUES (pg_catalog.quote_ident(f.nspname)), ('"' || pg_catalog.replace(f.nspname, '"', '""') || '"')) AS w (written)
        WHERE pg_catalog.starts_with(pg_catalog.regexp_replace(f.path, '^pg_catalog, *', '') || ',', w.written || ',')
      )
    ) AS is_pinned
  FROM functions AS f
)
SELECT
  j.proname,
  pg_catalog.format('%I.%I(%s)', j.nspname, j.proname, pg_catalog.pg_get_function_identity_arguments(j.oid)) AS object,
  pg_catalog.concat_ws(
    ', ',
    CASE WHEN j.prosecdef THEN 'it runs with its owner''s rights' END,
    COALESCE('its search_path is ' || j.path, 'it takes the search_path of whoever calls')
  ) AS detail,
  pg_catalog.format(
    'ALTER FUNCTION %I.%I(%s) SET search_path = %s',
    j.nspname,
    j.proname,
    pg_catalog.pg_get_function_identity_arguments(j.oid),
    -- As most of the others have it: some need the schema of an extension.
    COALESCE(
      (SELECT pg_catalog.mode() WITHIN GROUP (ORDER BY o.path) FROM judged AS o WHERE o.is_pinned AND pg_catalog.btrim(o.path, '" ') <> ''),
      pg_catalog.format('%I, pg_temp', j.nspname)
    )
  ) AS fix,
  j.prosecdef::integer AS weight
FROM judged AS j
WHERE NOT j.is_pinned
