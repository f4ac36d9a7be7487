-- seed-defects 1.4 #7: the backend writes what the matrix gives it
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

SET LOCAL ROLE service_role;
INSERT INTO subscriptions (user_id, tier, status) VALUES ('a0000000-0000-4000-8000-000000000001', 'pro', 'active');
UPDATE subscriptions SET status = 'past_due';
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1);
INSERT INTO webhook_events (event_type, stripe_event_id, payload) VALUES ('invoice.paid', 'evt_1', '{}');
UPDATE webhook_events SET processed = true, processed_at = now();
INSERT INTO audit_log (user_id, action, resource_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'LOGIN', 'session');
DO $$
BEGIN
  UPDATE audit_log SET action = 'LOGOUT';
  RAISE EXCEPTION 'defect: the backend changed the trail';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE api_usage SET status_code = 500;
  RAISE EXCEPTION 'defect: the backend changed usage';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
