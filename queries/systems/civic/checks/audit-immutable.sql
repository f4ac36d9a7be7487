/*---
title    = "A trail that can be changed"
severity = "error"
category = "audit"
about    = "schema"
why      = "The trail proves something only as long as nobody can rewrite, thin out or empty it, and nobody can sign entries in another's name."
---*/
WITH trail AS (
  SELECT c.oid, c.relacl, c.relowner
  FROM pg_catalog.pg_class c
  WHERE c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.audit_logs', current_schema()))
),
guards AS (
  SELECT
    string_agg(w.does, ' and ' ORDER BY w.does) AS missing
  FROM trail t
  CROSS JOIN (VALUES ('UPDATE', 16), ('DELETE', 8), ('TRUNCATE', 32)) w (does, bit)
  WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger g
    WHERE g.tgrelid = t.oid
      AND NOT g.tgisinternal
      AND g.tgenabled IN ('O', 'A')
      AND g.tgtype & 2 = 2 -- BEFORE
      AND g.tgtype & w.bit = w.bit
  )
),
grants AS (
  SELECT
    string_agg(DISTINCT format('%s may %s', coalesce(r.rolname, 'PUBLIC'), a.privilege_type), ', ') AS given,
    string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ') AS roles
  FROM trail t
  CROSS JOIN LATERAL aclexplode(t.relacl) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE a.grantee <> t.relowner
    AND r.rolsuper IS NOT TRUE
    AND (
      a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
      OR (a.privilege_type = 'INSERT' AND (a.grantee = 0 OR r.rolname IN ('anon', 'authenticated')))
    )
)
SELECT
  current_schema() || '.audit_logs' AS object,
  concat_ws('; ', 'no trigger stops ' || g.missing, a.given) AS detail,
  concat_ws(
    '; ',
    CASE
      WHEN g.missing IS NOT NULL
        THEN format('ALTER TABLE %I.audit_logs ENABLE TRIGGER USER, or create the triggers as the migration 0009 has them', current_schema())
    END,
    format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I.audit_logs FROM %s', current_schema(), a.roles)
  ) AS fix
FROM guards g
CROSS JOIN grants a
WHERE g.missing IS NOT NULL OR a.given IS NOT NULL
/*--- plant
-- finds: civic.audit_logs
ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_kept;
---*/
