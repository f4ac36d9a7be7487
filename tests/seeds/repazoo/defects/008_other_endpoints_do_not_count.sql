-- seed-defects 1.4 #8: calls of another endpoint do not count
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms)
SELECT 'a0000000-0000-4000-8000-000000000001', '/other', 'GET', 200, 1 FROM generate_series(1, 10);

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT check_rate_limit('/x', 5) AND NOT check_rate_limit('/other', 5)), false) THEN
    RAISE EXCEPTION 'defect: the calls of another endpoint used the limit up';
  END IF;
END
$$;
