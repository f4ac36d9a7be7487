/*---
title    = "Users above their monthly quota"
severity = "warning"
category = "quota"
about    = "data"
why      = "Basic is 1,000 units a month, pro 10,000, without a subscription none. Who is above was let through by something that does not count."
door     = "usage"
identity = ["object", "tenant"]
whole    = ["subscriptions", "api_usage"]
---*/
-- Months in UTC, as far back as detail is kept. An earlier month is judged only where the subscription has not changed since it
-- began: nobody knows the tier of then.
WITH used AS (
  SELECT
    a.user_id,
    date_trunc('month', a.created_at AT TIME ZONE 'UTC') AS month,
    sum(a.quota_consumed) AS units
  FROM api_usage a
  GROUP BY 1, 2
),
judged AS (
  SELECT
    u.user_id,
    u.month,
    u.units,
    coalesce(s.tier, 'no') AS tier,
    CASE s.tier WHEN 'basic' THEN 1000 WHEN 'pro' THEN 10000 ELSE 0 END AS allowed
  FROM used u
  LEFT JOIN subscriptions s ON s.user_id = u.user_id
  WHERE u.month = date_trunc('month', now() AT TIME ZONE 'UTC')
    OR s.updated_at <= u.month AT TIME ZONE 'UTC'
),
above AS (
  SELECT
    j.*,
    row_number() OVER (PARTITION BY j.user_id ORDER BY j.units - j.allowed DESC, j.month) AS nr
  FROM judged j
  WHERE j.units > j.allowed
)
SELECT
  current_schema() || '.api_usage' AS object,
  a.user_id::text AS tenant,
  format('user %s used %s units in %s, %s tier allows %s', a.user_id, a.units, to_char(a.month, 'YYYY-MM'), a.tier, a.allowed) AS detail,
  'Let every call go through consume_quota(), or move the user to the tier they need' AS fix,
  'user_id=' || a.user_id AS filter,
  a.units - a.allowed AS weight
FROM above a
WHERE a.nr = 1
/*--- plant
-- finds: repazoo.api_usage
-- finds: repazoo.api_usage
INSERT INTO auth.users (id, email) VALUES
  ('00000000-0000-4000-8000-000000000001', 'basic@repazoo.example'),
  ('00000000-0000-4000-8000-000000000002', 'pro@repazoo.example'),
  ('00000000-0000-4000-8000-000000000003', 'none@repazoo.example');
INSERT INTO users (id, email) SELECT id, email FROM auth.users WHERE email IN ('basic@repazoo.example', 'pro@repazoo.example',
  'none@repazoo.example');
INSERT INTO subscriptions (user_id, tier, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'basic', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'pro', 'active');
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, quota_consumed)
SELECT u.id, '/plant', 'GET', 200, 1, 1001
FROM users u
WHERE u.email IN ('basic@repazoo.example', 'pro@repazoo.example', 'none@repazoo.example');
---*/
