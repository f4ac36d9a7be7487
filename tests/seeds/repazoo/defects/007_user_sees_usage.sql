-- seed-defects 1.4 #7: a user sees his own usage and nobody else's
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
VALUES ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1),
  ('b0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 1);

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM api_usage), false) THEN
    RAISE EXCEPTION 'defect: not exactly the own usage is seen';
  END IF;
END
$$;
