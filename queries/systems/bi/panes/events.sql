/*---
title    = "Events"
group    = "bi"
identity = ["id"]
paging   = "keyset"
tenant   = "organization_id"
[columns]
created_at      = { as = "time", sort = "desc" }
version         = { as = "number" }
event_data      = { as = "json" }
organization_id = { hide = true }
---*/
SELECT
  e.created_at,
  e.event_type,
  e.aggregate_type,
  e.aggregate_id,
  e.version,
  concat_ws(' ', u.first_name, u.last_name) AS "user",
  o.name AS tenant,
  e.event_data,
  e.id,
  e.organization_id
FROM events e
LEFT JOIN organizations o ON o.id = e.organization_id
LEFT JOIN users u ON u.id = e.user_id
