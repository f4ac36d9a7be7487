/*---
title    = "Analyses"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "user_id"
[columns]
created_at         = { as = "time", sort = "desc" }
execution_time_ms  = { as = "number", label = "ms" }
output_data        = { as = "json", label = "result" }
twitter_account_id = { hide = true }
user_id            = { hide = true }
---*/
SELECT
  r.created_at,
  r.analysis_type,
  '@' || t.twitter_username AS account,
  r.purpose,
  r.model_used,
  r.execution_time_ms,
  r.output_data,
  u.email AS tenant,
  r.id,
  r.twitter_account_id,
  r.user_id
FROM analysis_results r
LEFT JOIN twitter_accounts t ON t.id = r.twitter_account_id
LEFT JOIN users u ON u.id = r.user_id
