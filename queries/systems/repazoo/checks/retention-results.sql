/*---
title    = "Analyses kept too long"
severity = "warning"
category = "retention"
about    = "data"
why      = "Results are promised to move to the archive after a year and to be gone after three."
door     = "analyses"
whole    = ["analysis_results", "analysis_results_archive"]
[params]
grace_days = 1
---*/
WITH kept AS (
  SELECT 'analysis_results' AS name, '1 year' AS term, count(*) AS rows, min(r.created_at) AS first
  FROM analysis_results r
  CROSS JOIN params p
  WHERE r.created_at < now() - interval '1 year' - make_interval(days => p.grace_days::integer)
  UNION ALL
  SELECT 'analysis_results_archive', '3 years', count(*), min(r.created_at)
  FROM analysis_results_archive r
  CROSS JOIN params p
  WHERE r.created_at < now() - interval '3 years' - make_interval(days => p.grace_days::integer)
)
SELECT
  current_schema() || '.' || k.name AS object,
  format('%s older than %s, the first of %s', CASE k.rows WHEN 1 THEN '1 row is' ELSE k.rows || ' rows are' END, k.term, k.first) AS detail,
  format('SELECT * FROM %I.apply_retention() -- and look at its nightly job', current_schema()) AS fix,
  k.rows AS weight
FROM kept k
WHERE k.rows > 0
/*--- plant
-- finds: repazoo.analysis_results
-- finds: repazoo.analysis_results_archive
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO twitter_accounts (id, user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted,
  token_expires_at)
VALUES (
  '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'plant', 'plant', encrypt_token('a'),
  encrypt_token('r'), 'infinity'
);
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', 'Plant', 'opus', 'growth', '{}', '{}', 1,
  now() - interval '1 month' * n
FROM unnest(ARRAY[13, 11]) n;
INSERT INTO analysis_results_archive (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', 'Plant', 'opus', 'growth',
  '{}', '{}', 1, now() - interval '1 month' * n
FROM unnest(ARRAY[37, 35]) n;
---*/
