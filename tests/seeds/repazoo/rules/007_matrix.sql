-- seed-defects 1.4 #7: users do on their own rows what the matrix gives them, and nothing on others'
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO subscriptions (user_id, tier, status)
VALUES ('a0000000-0000-4000-8000-000000000001', 'pro', 'active'),
  ('b0000000-0000-4000-8000-000000000001', 'pro', 'active');
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms)
VALUES ('b0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'b_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1);
INSERT INTO webhook_events (event_type, stripe_event_id, payload) VALUES ('invoice.paid', 'evt_1', '{}');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT (SELECT count(*) FROM users) = 1 AND (SELECT count(id) FROM twitter_accounts) = 1 AND (SELECT count(*)
      FROM subscriptions) = 1 AND (SELECT count(*) FROM analysis_results) = 1 AND (SELECT count(*)
      FROM webhook_events) = 0), false) THEN
    RAISE EXCEPTION 'defect: other rows than the own are seen';
  END IF;
END
$$;
DO $$
DECLARE
  v_rows bigint;
BEGIN
  UPDATE users SET display_name = 'A';
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows <> 1 THEN RAISE EXCEPTION 'defect: % profiles were changed', v_rows; END IF;
  UPDATE twitter_accounts SET is_active = false;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows <> 1 THEN RAISE EXCEPTION 'defect: % accounts were changed', v_rows; END IF;
  DELETE FROM analysis_results;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows <> 1 THEN RAISE EXCEPTION 'defect: % results were deleted', v_rows; END IF;
  DELETE FROM twitter_accounts;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows <> 1 THEN RAISE EXCEPTION 'defect: % accounts were deleted', v_rows; END IF;
END
$$;
DO $$
BEGIN
  DELETE FROM users;
  RAISE EXCEPTION 'defect: a user was deleted';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE subscriptions SET tier = 'basic';
  RAISE EXCEPTION 'defect: a subscription was changed';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms)
  VALUES ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1);
  RAISE EXCEPTION 'defect: usage was inserted';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO audit_log (user_id, action, resource_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'LOGIN', 'session');
  RAISE EXCEPTION 'defect: an entry was inserted';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM insert_twitter_account('b0000000-0000-4000-8000-000000000001', '9', 'x', 'x', 'x', now(), '{}');
  RAISE EXCEPTION 'defect: an account was connected for somebody else';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM consume_quota('/x', for_user => 'b0000000-0000-4000-8000-000000000001');
  RAISE EXCEPTION 'defect: the quota of somebody else was consumed';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
