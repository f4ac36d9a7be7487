/*---
title    = "API usage"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "user_id"
[columns]
created_at       = { as = "time", sort = "desc" }
status_code      = { as = "number", label = "status", warn = 400, bad = 500 }
response_time_ms = { as = "number", label = "ms" }
quota_consumed   = { as = "number", label = "quota" }
user_id          = { hide = true }
---*/
SELECT
  a.created_at,
  a.method,
  a.endpoint,
  a.status_code,
  a.response_time_ms,
  a.quota_consumed,
  u.email AS tenant,
  a.id,
  a.user_id
FROM api_usage a
LEFT JOIN users u ON u.id = a.user_id
