-- seed-defects 1.4 #24: the quota is reset at the beginning of a month in UTC
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
SET LOCAL TimeZone = 'Pacific/Kiritimati';

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT q.reset_date AT TIME ZONE 'UTC' = date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month'
      FROM get_remaining_quota() q), false) THEN
    RAISE EXCEPTION 'defect: it is reset at another moment';
  END IF;
END
$$;
