/*---
title    = "Tenants"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "id"
opens    = { pane = "accounts", scope = "id", label = "email" }
[columns]
created_at    = { as = "time", sort = "desc" }
used          = { as = "number", label = "used this month" }
monthly_limit = { as = "number", label = "of" }
accounts      = { as = "number" }
period_end    = { as = "time", label = "paid until" }
[[part]]
pane   = "usage"
column = "user_id"
value  = "id"
[[part]]
pane   = "audit"
column = "user_id"
value  = "id"
---*/
-- Accounts and usage are counted for the rows on the screen. The month is the month in UTC, as the quota's is.
SELECT
  u.email,
  u.display_name,
  s.tier,
  s.status,
  (
    SELECT coalesce(sum(a.quota_consumed), 0)
    FROM api_usage a
    WHERE a.user_id = u.id AND a.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
  ) AS used,
  CASE WHEN s.status IN ('active', 'trialing') AND (s.current_period_end IS NULL OR s.current_period_end > now()) THEN
    CASE s.tier WHEN 'basic' THEN 1000 WHEN 'pro' THEN 10000 ELSE 0 END
  ELSE 0 END AS monthly_limit,
  (SELECT count(*) FROM twitter_accounts t WHERE t.user_id = u.id AND t.is_active) AS accounts,
  s.current_period_end AS period_end,
  u.created_at,
  u.id
FROM users u
LEFT JOIN subscriptions s ON s.user_id = u.id
