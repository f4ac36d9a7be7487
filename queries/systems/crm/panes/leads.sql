/*---
title    = "Leads"
group    = "crm"
identity = ["id"]
paging   = "keyset"
tenant   = "org_id"
actions  = ["delete"]
[columns]
created_at       = { as = "time", sort = "desc" }
notes_count      = { as = "number", label = "notes" }
tasks_count      = { as = "number", label = "tasks" }
open_tasks_count = { as = "number", label = "open" }
emails_count     = { as = "number", label = "emails" }
last_activity_at = { as = "time", label = "active" }
org_id           = { hide = true }
table            = { hide = true }
key              = { hide = true }
---*/
SELECT
  l.created_at,
  l.name,
  l.company,
  l.status,
  o.name AS tenant,
  l.email,
  l.phone,
  l.sentiment,
  l.notes_count,
  l.tasks_count,
  l.open_tasks_count,
  l.emails_count,
  l.last_activity_at,
  l.source,
  l.id,
  l.org_id,
  current_schema() || '.leads' AS "table",
  format('{"id":"%s"}', l.id) AS key
FROM leads l
LEFT JOIN organizations o ON o.id = l.org_id
WHERE l.deleted_at IS NULL
