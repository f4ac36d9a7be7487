/*---
title    = "Feedback"
group    = "civic"
identity = ["id"]
paging   = "keyset"
actions  = ["delete"]
[columns]
created_at      = { as = "time", sort = "desc" }
sentiment_score = { as = "number", label = "sentiment" }
urgency_score   = { as = "number", label = "urgency" }
is_public       = { as = "bool", label = "public" }
resolved_at     = { as = "time", label = "resolved" }
table           = { hide = true }
key             = { hide = true }
---*/
SELECT
  f.created_at,
  f.title,
  f.feedback_type AS type,
  f.priority,
  f.status,
  coalesce(u.display_name, 'anonymous') AS author,
  a.display_name AS assigned,
  f.sentiment_score,
  f.urgency_score,
  f.category,
  f.is_public,
  f.resolved_at,
  f.description,
  f.id,
  current_schema() || '.feedback_v2' AS "table",
  format('{"id":"%s"}', f.id) AS key
FROM feedback_v2 f
LEFT JOIN user_profiles_v2 u ON u.user_id = f.user_id
LEFT JOIN user_profiles_v2 a ON a.user_id = f.assigned_to
WHERE f.is_active
