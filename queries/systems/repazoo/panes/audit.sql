/*---
title    = "Audit"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "user_id"
[columns]
created_at = { as = "time", sort = "desc" }
metadata   = { as = "json" }
ip_address = { masked = true }
user_agent = { masked = true }
user_id    = { hide = true }
---*/
SELECT
  a.created_at,
  a.action,
  coalesce(a.metadata ->> 'actor', a.metadata ->> 'session_user', u.email) AS actor,
  a.resource_type,
  a.resource_id,
  u.email AS tenant,
  a.ip_address,
  a.user_agent,
  a.metadata,
  a.id,
  a.user_id
FROM audit_log a
LEFT JOIN users u ON u.id = a.user_id
