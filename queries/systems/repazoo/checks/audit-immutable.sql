/*---
title    = "Trail that can be changed"
severity = "error"
category = "audit"
about    = "schema"
why      = "An audit log that somebody may change or empty proves nothing."
door     = "audit"
---*/
-- Each of the three needs a trigger before it that is switched on; and nobody but the owner has the privilege in the first place.
WITH tables AS (
  SELECT
    c.oid,
    c.relname,
    c.relowner,
    c.relacl
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema()))
    AND c.relname IN ('audit_log', 'audit_log_archive')
),
amiss AS (
  SELECT t.relname, 1 AS nr, format('nothing keeps %s out', k.word) AS says
  FROM tables t
  CROSS JOIN (VALUES ('DELETE', 8), ('UPDATE', 16), ('TRUNCATE', 32)) k (word, bit)
  WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger g
    WHERE g.tgrelid = t.oid
      AND NOT g.tgisinternal
      AND g.tgenabled IN ('O', 'A')
      AND g.tgtype & 2 = 2 -- BEFORE
      AND g.tgtype & k.bit > 0
  )
  UNION ALL
  SELECT t.relname, 2, format('%s holds %s', coalesce(quote_ident(r.rolname), 'PUBLIC'), string_agg(a.privilege_type,
    ', ' ORDER BY a.privilege_type))
  FROM tables t
  CROSS JOIN LATERAL pg_catalog.aclexplode(t.relacl) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE a.grantee <> t.relowner AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
  GROUP BY t.relname, r.rolname
)
SELECT
  current_schema() || '.' || a.relname AS object,
  string_agg(a.says, '; ' ORDER BY a.nr, a.says) AS detail,
  'Bring the triggers of the migration 0008 back and enable them; REVOKE UPDATE, DELETE, TRUNCATE from every role' AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.relname
/*--- plant
-- finds: repazoo.audit_log
-- finds: repazoo.audit_log_archive
ALTER TABLE audit_log DISABLE TRIGGER audit_log_no_truncate;
GRANT DELETE ON audit_log_archive TO service_role;
---*/
