-- seed-defects 1.4 #7: an administrator reads all seven tables
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO subscriptions (user_id, tier, status) VALUES ('b0000000-0000-4000-8000-000000000001', 'pro', 'active');
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('b0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'b_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms)
VALUES ('b0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1);
INSERT INTO webhook_events (event_type, stripe_event_id, payload) VALUES ('invoice.paid', 'evt_1', '{}');
INSERT INTO audit_log (user_id, action, resource_type) VALUES ('b0000000-0000-4000-8000-000000000001', 'LOGIN', 'session');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated", "app_metadata": {"role": "admin"}}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT (SELECT count(*) FROM users) = 2
      AND (SELECT count(id) FROM twitter_accounts) = 2
      AND (SELECT count(*) FROM subscriptions) = 1
      AND (SELECT count(*) FROM analysis_results) = 1
      AND (SELECT count(*) FROM api_usage) = 1
      AND (SELECT count(*) FROM webhook_events) = 1
      AND (SELECT count(*) FROM audit_log WHERE resource_type = 'session') = 1), false) THEN
    RAISE EXCEPTION 'defect: an administrator does not see everything';
  END IF;
END
$$;
