/*---
title    = "Profiles"
group    = "civic"
identity = ["id"]
paging   = "keyset"
actions  = ["delete"]
[columns]
created_at     = { as = "time", sort = "desc" }
trust_score    = { as = "number", label = "trust" }
votes          = { as = "number" }
polls          = { as = "number" }
last_active_at = { as = "time", label = "active" }
table          = { hide = true }
key            = { hide = true }
---*/
SELECT
  u.created_at,
  u.display_name,
  u.username,
  u.trust_tier AS tier,
  u.trust_score,
  u.verification_status,
  u.is_verified AS verified,
  u.total_votes_cast AS votes,
  u.total_polls_created AS polls,
  u.reputation_points AS reputation,
  u.last_active_at,
  u.primary_hashtags AS tags,
  u.user_id,
  u.id,
  current_schema() || '.user_profiles_v2' AS "table",
  format('{"id":"%s"}', u.id) AS key
FROM user_profiles_v2 u
WHERE u.is_active
