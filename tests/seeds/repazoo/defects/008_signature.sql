-- seed-defects 1.4 #8: check_rate_limit stands with a parameter named limit
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

-- on the seed:
CREATE FUNCTION check_rate_limit(endpoint TEXT, limit INTEGER, window_minutes INTEGER DEFAULT 60) RETURNS boolean LANGUAGE sql AS 'SELECT true';
-- on ours:
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT check_rate_limit('/x', 1) AND NOT check_rate_limit('/x', 0, window_minutes => 5)
      AND check_rate_limit(endpoint => '/x', "limit" => 1)), false) THEN
    RAISE EXCEPTION 'defect: the limit is not kept';
  END IF;
END
$$;
