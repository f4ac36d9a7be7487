-- seed-defects 1.4 #16: setting the flag hides no deletion of a user's
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SELECT set_config('repazoo.archiving', 'on', true);
DELETE FROM analysis_results WHERE id = (SELECT min(id::text)::uuid FROM analysis_results);
DELETE FROM twitter_accounts;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM audit_log WHERE action = 'DELETE' AND resource_type = 'analysis_result'), false) THEN
    RAISE EXCEPTION 'defect: a deletion is not told';
  END IF;
END
$$;
