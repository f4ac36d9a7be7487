/*---
title    = "Subscriptions that contradict themselves"
severity = "warning"
category = "billing"
about    = "data"
why      = "Tier, status and period are copied from Stripe. Where they contradict each other somebody pays for nothing, or uses what he does not pay for."
door     = "tenants"
identity = ["object", "state"]
whole    = ["subscriptions"]
[params]
grace_days = 3
---*/
-- A renewal may arrive late: a period that ended is told after some days of grace.
WITH states AS (
  SELECT
    s.user_id,
    CASE
      WHEN s.tier = 'inactive' AND s.status IN ('active', 'trialing', 'past_due') THEN format('%s without a tier', s.status)
      WHEN s.tier <> 'inactive' AND s.status = 'inactive' THEN 'a tier without a subscription'
      WHEN s.status IN ('active', 'trialing') AND s.current_period_end < now() - make_interval(days => p.grace_days::integer)
        THEN format('%s after the end of its period', s.status)
      WHEN s.status = 'active' AND s.stripe_subscription_id IS NULL THEN 'active and unknown to Stripe'
      WHEN s.current_period_end < s.current_period_start THEN 'a period that ends before it begins'
    END AS state
  FROM subscriptions s
  CROSS JOIN params p
)
SELECT
  current_schema() || '.subscriptions' AS object,
  s.state,
  format(
    '%s %s, the first of user %s',
    CASE count(*) WHEN 1 THEN '1 subscription is' ELSE count(*) || ' subscriptions are' END, s.state, min(s.user_id::text)
  ) AS detail,
  'Read the subscriptions again from Stripe; look for webhook events that were not processed' AS fix,
  'id=' || min(s.user_id::text) AS filter,
  count(*) AS weight
FROM states s
WHERE s.state IS NOT NULL
GROUP BY s.state
/*--- plant
-- finds: repazoo.subscriptions
-- finds: repazoo.subscriptions
-- finds: repazoo.subscriptions
-- finds: repazoo.subscriptions
INSERT INTO auth.users (id, email)
SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, format('plant%s@repazoo.example', n) FROM generate_series(1, 6) n;
INSERT INTO users (id, email) SELECT id, email FROM auth.users WHERE email LIKE 'plant_@repazoo.example';
INSERT INTO subscriptions (user_id, tier, status, stripe_subscription_id, current_period_end) VALUES
  ('00000000-0000-4000-8000-000000000001', 'inactive', 'active', 'plant-1', NULL),
  ('00000000-0000-4000-8000-000000000002', 'pro', 'inactive', NULL, NULL),
  ('00000000-0000-4000-8000-000000000003', 'basic', 'active', 'plant-3', now() - interval '10 days'),
  ('00000000-0000-4000-8000-000000000004', 'basic', 'active', NULL, NULL),
  ('00000000-0000-4000-8000-000000000005', 'basic', 'active', 'plant-5', now() + interval '10 days'),
  ('00000000-0000-4000-8000-000000000006', 'inactive', 'canceled', 'plant-6', now() - interval '10 days');
---*/
