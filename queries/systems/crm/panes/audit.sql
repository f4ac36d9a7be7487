/*---
title    = "Audit"
group    = "crm"
identity = ["id"]
paging   = "keyset"
tenant   = "org_id"
[columns]
created_at = { as = "time", sort = "desc" }
changes    = { as = "json" }
org_id     = { hide = true }
---*/
SELECT
  a.created_at,
  a.activity_type,
  coalesce(u.full_name, u.email, a.metadata ->> 'session_user') AS actor,
  a.description,
  o.name AS tenant,
  a.entity_type,
  a.entity_id,
  a.lead_id,
  a.changes,
  a.id,
  a.org_id
FROM activities a
LEFT JOIN organizations o ON o.id = a.org_id
LEFT JOIN users u ON u.id = a.user_id
WHERE a.deleted_at IS NULL
