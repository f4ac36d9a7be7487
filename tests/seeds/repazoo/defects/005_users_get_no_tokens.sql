-- seed-defects 1.4 #5: get_decrypted_twitter_tokens is for the service role alone
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM get_decrypted_twitter_tokens((SELECT id FROM twitter_accounts LIMIT 1));
  RAISE EXCEPTION 'defect: a user may read tokens';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
