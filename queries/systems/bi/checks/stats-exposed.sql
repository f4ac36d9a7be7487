/*---
title    = "Figures of all customers open to users"
severity = "warning"
category = "security"
about    = "schema"
why      = "Row level security stops at a materialized view: who may read one reads every organization's figures. Users are meant to read organization_analytics."
door     = "views"
---*/
SELECT
  current_schema() || '.assessment_analytics_summary' AS object,
  format('readable by %s', string_agg(r.rolname, ', ' ORDER BY r.rolname)) AS detail,
  format('REVOKE ALL ON %I.assessment_analytics_summary FROM PUBLIC, anon, authenticated', current_schema()) AS fix,
  'view=assessment_analytics_summary' AS filter
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated')
WHERE c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), 'assessment_analytics_summary'))
  AND pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT')
HAVING count(*) > 0
/*--- plant
-- finds: bi.assessment_analytics_summary
GRANT SELECT (month) ON assessment_analytics_summary TO anon;
---*/
