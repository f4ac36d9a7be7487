/*---
title    = "Audit"
group    = "bi"
identity = ["id", "created_at"]
paging   = "keyset"
tenant   = "organization_id"
[columns]
created_at      = { as = "time", sort = "desc" }
old_values      = { as = "json", label = "before" }
new_values      = { as = "json", label = "after" }
organization_id = { hide = true }
---*/
SELECT
  l.created_at,
  l.operation,
  l.table_name,
  coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), l.context ->> 'actor', l.context ->> 'session_user') AS actor,
  o.name AS tenant,
  l.record_id,
  l.old_values,
  l.new_values,
  l.context ->> 'text' AS description,
  l.context ->> 'reason' AS reason,
  l.id,
  l.organization_id
FROM audit_log l
LEFT JOIN organizations o ON o.id = l.organization_id
LEFT JOIN users u ON u.id = l.user_id
