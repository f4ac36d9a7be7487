-- seed-defects 1.4 #15: a purpose too long for its index is refused by a rule
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

DO $$
BEGIN
  INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
 
  VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
      WHERE twitter_username = 'a_writes'), (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 600) n), 'opus', 'growth', '{}', '{}', 1);
  RAISE EXCEPTION 'defect: it was accepted';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
