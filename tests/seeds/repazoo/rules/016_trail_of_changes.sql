-- seed-defects 1.4 #16: what the database can know is in the trail
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO subscriptions (user_id, tier, status) VALUES ('a0000000-0000-4000-8000-000000000001', 'basic', 'active');

SELECT update_twitter_tokens((SELECT id FROM twitter_accounts WHERE twitter_username = 'a_writes'), 'new', 'new', '2101-01-01 00:00:00+00');
UPDATE twitter_accounts SET is_active = false WHERE twitter_username = 'a_writes';
UPDATE twitter_accounts SET is_active = true WHERE twitter_username = 'a_writes';
UPDATE users SET display_name = 'A' WHERE id = 'a0000000-0000-4000-8000-000000000001';
UPDATE subscriptions SET tier = 'pro';
UPDATE subscriptions SET status = 'canceled';
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
DELETE FROM analysis_results;
DO $$
BEGIN
  IF NOT coalesce((SELECT array_agg(DISTINCT action) @> ARRAY[
    'ANALYSIS_EXECUTED', 'CREATE', 'DELETE', 'OAUTH_CONNECT', 'OAUTH_DISCONNECT', 'SUBSCRIPTION_CANCELED', 'SUBSCRIPTION_CREATED',
    'SUBSCRIPTION_UPDATED', 'TOKEN_REFRESHED', 'UPDATE'
  ] FROM audit_log WHERE user_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: something is not told';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM audit_log WHERE metadata::text ~ '\\\\x|example.com'), false) THEN
    RAISE EXCEPTION 'defect: a token or an address is in the trail';
  END IF;
END
$$;
