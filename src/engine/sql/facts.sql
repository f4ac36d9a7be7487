SELECT
  pg_catalog.current_setting('server_version'),
  pg_catalog.current_setting('server_version_num'),
  pg_catalog.pg_is_in_recovery()::text,
  current_user::text,
  pg_catalog.current_database()::text,
  own.rolsuper::text,
  own.rolbypassrls::text,
  pg_catalog.current_setting('TimeZone'),
  (
    SELECT pg_catalog.json_agg(r.rolname)
    FROM pg_catalog.pg_roles AS r
    WHERE r.rolname LIKE 'pg\_%' AND pg_catalog.pg_has_role(r.oid, 'USAGE')
  )::text,
  (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_array(e.extname, n.nspname))
    FROM pg_catalog.pg_extension AS e
    JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
  )::text
FROM pg_catalog.pg_roles AS own
WHERE own.rolname = current_user
