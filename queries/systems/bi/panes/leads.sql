/*---
title    = "Leads"
group    = "bi"
identity = ["id"]
paging   = "keyset"
tenant   = "organization_id"
[columns]
created_at      = { as = "time", sort = "desc" }
email           = { masked = true }
expires_at      = { as = "time" }
completed_at    = { as = "time" }
organization_id = { hide = true }
---*/
-- Whom somebody invited to an assessment. The token is never shown.
SELECT
  i.created_at,
  i.invitee_name AS name,
  i.assessment_type,
  i.status,
  o.name AS tenant,
  i.invitee_email AS email,
  concat_ws(' ', u.first_name, u.last_name) AS invited_by,
  i.expires_at,
  i.completed_at,
  i.custom_message,
  i.id,
  i.organization_id
FROM assessment_invitations i
LEFT JOIN organizations o ON o.id = i.organization_id
LEFT JOIN users u ON u.id = i.inviter_id
