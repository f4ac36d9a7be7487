/*---
title    = "Statistics of all customers open to users"
severity = "warning"
category = "security"
about    = "schema"
why      = "Row level security stops at a materialized view: who may read one reads every organization's figures. Users are meant to read my_lead_stats and its like."
door     = "views"
---*/
SELECT
  current_schema() || '.' || v.name AS object,
  format('readable by %s', string_agg(r.rolname, ', ' ORDER BY r.rolname)) AS detail,
  format('REVOKE ALL ON %I.%I FROM PUBLIC, anon, authenticated', current_schema(), v.name) AS fix,
  format('view=%s', v.name) AS filter
FROM (VALUES ('lead_stats'), ('task_stats'), ('deal_stats')) v (name)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), v.name))
JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated')
WHERE pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT')
GROUP BY v.name
/*--- plant
-- finds: crm.lead_stats
-- finds: crm.deal_stats
GRANT SELECT ON lead_stats TO anon;
GRANT SELECT (org_id) ON deal_stats TO PUBLIC;
---*/
