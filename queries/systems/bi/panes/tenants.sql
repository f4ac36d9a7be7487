/*---
title    = "Tenants"
group    = "bi"
identity = ["id"]
paging   = "keyset"
tenant   = "id"
actions  = ["restore", "delete"]
opens    = { pane = "assessments", scope = "id", label = "name" }
[columns]
created_at       = { as = "time", sort = "desc" }
members          = { as = "number" }
assessments      = { as = "number" }
last_activity_at = { as = "time", label = "active" }
deleted          = { hide = true }
table            = { hide = true }
key              = { hide = true }
---*/
-- All figures are counted for the rows on the screen.
SELECT
  o.name,
  o.slug,
  o.status,
  (SELECT count(*) FROM organization_members m WHERE m.organization_id = o.id AND m.status = 'active') AS members,
  (SELECT count(*) FROM assessments a WHERE a.organization_id = o.id) AS assessments,
  (SELECT max(e.created_at) FROM analytics_events e WHERE e.organization_id = o.id) AS last_activity_at,
  (SELECT concat_ws(' ', u.first_name, u.last_name) FROM users u WHERE u.id = o.owner_id) AS owner,
  o.created_at,
  o.id,
  (o.status = 'inactive')::text AS deleted,
  current_schema() || '.organizations' AS "table",
  format('{"id":"%s"}', o.id) AS key
FROM organizations o
