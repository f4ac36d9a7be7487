-- seed-defects 1.4 #9: an outcome is told once, by the backend
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

CREATE TEMP TABLE call AS SELECT consume_quota('/x', for_user => 'a0000000-0000-4000-8000-000000000001') AS id;
GRANT SELECT ON pg_temp.call TO service_role, authenticated;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM record_api_usage((SELECT id FROM pg_temp.call), 200, 12);
  RAISE EXCEPTION 'defect: a user tells the outcome';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE service_role;
DO $$
BEGIN
  IF NOT coalesce((SELECT record_api_usage((SELECT id FROM pg_temp.call), 200, 12)), false) THEN
    RAISE EXCEPTION 'defect: it was not told';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT record_api_usage((SELECT id FROM pg_temp.call), 500, 1)), false) THEN
    RAISE EXCEPTION 'defect: it was told again';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT status_code = 200 AND response_time_ms = 12 FROM api_usage), false) THEN
    RAISE EXCEPTION 'defect: it is not what was told';
  END IF;
END
$$;
