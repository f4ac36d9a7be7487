-- seed-defects 1.4 #9: no call is counted above the month's quota
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
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, quota_consumed)
VALUES ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1, 998);

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT consume_quota('/y', units => 3) IS NULL), false) THEN
    RAISE EXCEPTION 'defect: more was consumed than is left';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT consume_quota('/y', units => 2) IS NOT NULL), false) THEN
    RAISE EXCEPTION 'defect: what is left cannot be consumed';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT tier = 'basic' AND monthly_limit = 1000 AND used_this_month = 1000 AND remaining = 0
      FROM get_remaining_quota()), false) THEN
    RAISE EXCEPTION 'defect: the quota is told wrong';
  END IF;
END
$$;
