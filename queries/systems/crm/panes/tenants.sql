/*---
title    = "Tenants"
group    = "crm"
identity = ["id"]
paging   = "keyset"
tenant   = "id"
actions  = ["restore", "delete"]
opens    = { pane = "leads", scope = "id", label = "name" }
[columns]
created_at      = { as = "time", sort = "desc" }
members         = { as = "number" }
leads           = { as = "number", label = "leads then" }
new_leads       = { as = "number", label = "new then" }
last_lead_at    = { as = "time" }
deleted_at      = { as = "time" }
counted_at      = { as = "time", label = "counted" }
deleted         = { hide = true }
table           = { hide = true }
key             = { hide = true }
---*/
-- Leads are counted by the materialized view, as of counted_at; members are counted for the rows on the screen.
SELECT
  o.name,
  o.slug,
  (SELECT count(*) FROM user_orgs m WHERE m.org_id = o.id) AS members,
  s.total_leads AS leads,
  s.new_leads,
  s.last_lead_created_at AS last_lead_at,
  o.created_at,
  o.deleted_at,
  s.as_of AS counted_at,
  o.id,
  (o.deleted_at IS NOT NULL)::text AS deleted,
  current_schema() || '.organizations' AS "table",
  format('{"id":"%s"}', o.id) AS key
FROM organizations o
LEFT JOIN lead_stats s ON s.org_id = o.id
