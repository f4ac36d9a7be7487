-- seed-defects 1.4 #4: a session does not choose the key a token is sealed with
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

SET LOCAL ROLE service_role;
SELECT set_config('request.jwt.claims', '{"role": "service_role"}', true);
SELECT set_config('app.settings.encryption_key', repeat('k', 32), true);
SELECT update_twitter_tokens((SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'access of mine', 'refresh of mine', '2100-01-01 00:00:00+00');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL app.settings.encryption_key TO DEFAULT;
DO $$
BEGIN
  IF NOT coalesce((SELECT access_token = 'access of mine' FROM get_decrypted_twitter_tokens((SELECT id
      FROM twitter_accounts WHERE twitter_username = 'a_writes'))), false) THEN
    RAISE EXCEPTION 'defect: the token was sealed with another key';
  END IF;
END
$$;
