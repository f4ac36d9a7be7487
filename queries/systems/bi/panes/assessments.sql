/*---
title    = "Assessments"
group    = "bi"
identity = ["id"]
paging   = "keyset"
tenant   = "organization_id"
[columns]
created_at      = { as = "time", sort = "desc" }
completed_at    = { as = "time" }
score           = { as = "number" }
confidence      = { as = "number" }
responses       = { as = "json" }
organization_id = { hide = true }
---*/
SELECT
  a.created_at,
  a.assessment_type,
  a.status,
  concat_ws(' ', u.first_name, u.last_name) AS "user",
  o.name AS tenant,
  s.overall_score AS score,
  s.bracket,
  s.confidence_score AS confidence,
  a.completed_at,
  a.version,
  a.responses,
  a.id,
  a.organization_id
FROM assessments a
LEFT JOIN assessment_scores s ON s.assessment_id = a.id
LEFT JOIN organizations o ON o.id = a.organization_id
LEFT JOIN users u ON u.id = a.user_id
