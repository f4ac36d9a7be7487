/*---
title    = "Users without a subscription"
severity = "info"
category = "billing"
about    = "data"
why      = "Their dashboard shows no plan, and whoever asks for users by plan misses them."
whole    = ["users", "subscriptions"]
---*/
SELECT
  current_schema() || '.users' AS object,
  format('%s no subscription, the first is %s', CASE count(*) WHEN 1 THEN '1 active user has' ELSE count(*) || ' active users have' END, min(u.id::text)) AS detail,
  format(
    'INSERT INTO %I.subscriptions (user_id) SELECT id FROM %1$I.users WHERE status = ''active'' ON CONFLICT (user_id) DO NOTHING', current_schema()
  ) AS fix,
  count(*) AS weight
FROM users u
WHERE u.status = 'active' AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.user_id = u.id)
HAVING count(*) > 0
/*--- plant
-- finds: bi.users
INSERT INTO users (id, email, first_name, last_name, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'right@bi.example', 'Plant', 'Plant', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'wrong@bi.example', 'Plant', 'Plant', 'active'),
  ('00000000-0000-4000-8000-000000000003', 'gone@bi.example', 'Plant', 'Plant', 'inactive');
INSERT INTO subscriptions (user_id) VALUES ('00000000-0000-4000-8000-000000000001');
---*/
