-- seed-defects 1.4 #18: strangers do not read the archive
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO analysis_results_archive (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms, created_at)
VALUES (gen_random_uuid(), 'a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'secret', 'opus', 'growth', '{}', '{}', 1, now() - interval '2 years');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM analysis_results_archive), false) THEN
    RAISE EXCEPTION 'defect: a stranger reads it';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM analysis_results_archive), false) THEN
    RAISE EXCEPTION 'defect: its user does not read it';
  END IF;
END
$$;
SET LOCAL ROLE anon;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  PERFORM FROM analysis_results_archive;
  RAISE EXCEPTION 'defect: anon may read it';
EXCEPTION WHEN insufficient_privilege OR undefined_table THEN
  NULL;
END
$$;
