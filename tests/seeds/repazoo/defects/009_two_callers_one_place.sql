-- seed-defects 1.4 #9: of two callers who see one free place one is let through
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

-- on the seed:
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
-- Both look before either is counted.
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT (check_rate_limit('/x', 1) AND check_rate_limit('/x', 1))), false) THEN
    RAISE EXCEPTION 'defect: both were let through';
  END IF;
END
$$;
-- on ours:
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT consume_quota('/x', "limit" => 1) IS NOT NULL), false) THEN
    RAISE EXCEPTION 'defect: the first was refused';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT consume_quota('/x', "limit" => 1) IS NULL), false) THEN
    RAISE EXCEPTION 'defect: both were let through';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM api_usage WHERE user_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the call was not counted once';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) >= 1
      FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND mode = 'ExclusiveLock'), false) THEN
    RAISE EXCEPTION 'defect: others do not wait';
  END IF;
END
$$;
