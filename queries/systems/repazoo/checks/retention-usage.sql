/*---
title    = "API usage kept too long"
severity = "warning"
category = "retention"
about    = "data"
why      = "Detail is promised to be summed up by day after 30 days and to be gone after 90. The job that does it is not running."
door     = "usage"
identity = ["object", "state"]
whole    = ["api_usage", "api_usage_daily"]
[params]
grace_days = 1
---*/
-- Whole days in UTC; the job runs once a day.
WITH today AS (
  SELECT date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => p.grace_days::integer) AS day FROM params p
),
late AS (
  SELECT
    'not deleted' AS state,
    format('%s older than 90 days, the first of %s', CASE count(*) WHEN 1 THEN '1 row is' ELSE count(*) || ' rows are' END,
      min(a.created_at)) AS detail,
    count(*) AS rows
  FROM api_usage a
  WHERE a.created_at < ((SELECT t.day FROM today t) - interval '90 days') AT TIME ZONE 'UTC'
  UNION ALL
  SELECT
    'not summed up',
    format('%s older than 30 days and not summed up, counted by user, the first is %s', CASE count(*) WHEN 1 THEN '1 day is'
      ELSE count(*) || ' days are' END, min(d.day)),
    count(*)
  FROM (
    SELECT DISTINCT a.user_id, (a.created_at AT TIME ZONE 'UTC')::date AS day
    FROM api_usage a
    WHERE a.created_at < ((SELECT t.day FROM today t) - interval '30 days') AT TIME ZONE 'UTC'
  ) d
  WHERE NOT EXISTS (SELECT FROM api_usage_daily s WHERE s.user_id = d.user_id AND s.day = d.day)
)
SELECT
  current_schema() || '.api_usage' AS object,
  l.state,
  l.detail,
  format('SELECT * FROM %I.apply_retention() -- and look at its nightly job', current_schema()) AS fix,
  l.rows AS weight
FROM late l
WHERE l.rows > 0
/*--- plant
-- finds: repazoo.api_usage
-- finds: repazoo.api_usage
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, created_at)
SELECT '00000000-0000-4000-8000-000000000001', '/plant', 'GET', 200, 1, now() - interval '1 day' * n
FROM unnest(ARRAY[100, 40, 10]) n;
---*/
