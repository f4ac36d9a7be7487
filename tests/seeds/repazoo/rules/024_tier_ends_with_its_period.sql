-- seed-defects 1.4 #24: a tier counts until its period ends
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO subscriptions (user_id, tier, status, current_period_end)
VALUES ('a0000000-0000-4000-8000-000000000001', 'pro', 'active', now() - interval '1 minute'),
  ('b0000000-0000-4000-8000-000000000001', 'pro', 'trialing', now() + interval '1 day');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT get_user_tier() = 'inactive' AND NOT has_active_subscription()), false) THEN
    RAISE EXCEPTION 'defect: an ended period counts';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT get_user_tier() = 'pro' AND has_active_subscription()), false) THEN
    RAISE EXCEPTION 'defect: a trial does not count';
  END IF;
END
$$;
