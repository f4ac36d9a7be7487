/*---
title    = "Views that users may write through"
severity = "warning"
category = "security"
about    = "schema"
why      = "The views are there for reading. A grant on one is a way to change rows that the tables themselves do not allow, as soon as somebody makes the view simpler."
---*/
SELECT
  current_schema() || '.' || c.relname AS object,
  string_agg(
    format('%s may %s', r.rolname, p.privilege), ', '
    ORDER BY r.rolname, p.privilege
  ) AS detail,
  format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I.%I FROM PUBLIC, anon, authenticated', current_schema(), c.relname) AS fix
FROM (VALUES
  ('user_dashboard_summary'), ('organization_analytics'), ('tier2_users_compat'), ('onboarding_assessments_compat')
) v (name)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), v.name))
JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated')
CROSS JOIN (VALUES ('INSERT'), ('UPDATE'), ('DELETE')) p (privilege)
WHERE CASE p.privilege
  WHEN 'DELETE' THEN pg_catalog.has_table_privilege(r.oid, c.oid, p.privilege)
  ELSE pg_catalog.has_any_column_privilege(r.oid, c.oid, p.privilege)
END
GROUP BY c.relname
/*--- plant
-- finds: bi.tier2_users_compat
-- finds: bi.organization_analytics
GRANT UPDATE (title) ON tier2_users_compat TO authenticated;
GRANT DELETE ON organization_analytics TO PUBLIC;
---*/
