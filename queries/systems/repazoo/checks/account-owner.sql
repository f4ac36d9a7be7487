/*---
title    = "Analyses of somebody else's account"
severity = "error"
category = "rls"
about    = "data"
why      = "Policies go by the user_id of the result alone. One that belongs to another user's account shows what was read there to a stranger."
door     = "analyses"
whole    = ["analysis_results", "analysis_results_archive", "twitter_accounts"]
---*/
-- A foreign key keeps them together, as long as it is validated and nobody loads data with triggers off; so everything is read.
WITH strangers AS (
  SELECT 'analysis_results' AS name, r.id, r.user_id, t.user_id AS owner, t.twitter_username
  FROM analysis_results r
  JOIN twitter_accounts t ON t.id = r.twitter_account_id
  WHERE t.user_id <> r.user_id
  UNION ALL
  SELECT 'analysis_results_archive', r.id, r.user_id, t.user_id, t.twitter_username
  FROM analysis_results_archive r
  JOIN twitter_accounts t ON t.id = r.twitter_account_id
  WHERE t.user_id <> r.user_id
)
SELECT
  current_schema() || '.' || s.name AS object,
  format(
    '%s to another user than the account, the first is %s: of user %s for @%s of user %s',
    CASE count(*) WHEN 1 THEN '1 result belongs' ELSE count(*) || ' results belong' END,
    (array_agg(s.id ORDER BY s.id))[1],
    (array_agg(s.user_id ORDER BY s.id))[1],
    (array_agg(s.twitter_username ORDER BY s.id))[1],
    (array_agg(s.owner ORDER BY s.id))[1]
  ) AS detail,
  'Decide whose they are: set user_id to the account''s, or delete them; then validate the foreign key to twitter_accounts' AS fix,
  CASE s.name WHEN 'analysis_results' THEN 'id=' || (array_agg(s.id ORDER BY s.id))[1] END AS filter,
  count(*) AS weight
FROM strangers s
GROUP BY s.name
/*--- plant
-- finds: repazoo.analysis_results
INSERT INTO auth.users (id, email) VALUES
  ('00000000-0000-4000-8000-000000000001', 'ours@repazoo.example'),
  ('00000000-0000-4000-8000-000000000002', 'theirs@repazoo.example');
INSERT INTO users (id, email) SELECT id, email FROM auth.users WHERE email IN ('ours@repazoo.example', 'theirs@repazoo.example');
INSERT INTO twitter_accounts (id, user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted,
  token_expires_at)
VALUES (
  '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'plant', 'plant', encrypt_token('a'),
  encrypt_token('r'), 'infinity'
);
ALTER TABLE analysis_results DROP CONSTRAINT analysis_results_account_fkey;
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
SELECT u.id, '00000000-0000-4000-8000-000000000003', 'Plant', 'opus', 'growth', '{}', '{}', 1
FROM users u
WHERE u.email IN ('ours@repazoo.example', 'theirs@repazoo.example');
---*/
