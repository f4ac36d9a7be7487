-- seed-defects 1.4 #10: an account is inserted by a call
INSERT INTO auth.users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');
INSERT INTO users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');

-- on the seed:
SELECT insert_twitter_account(user_id UUID, twitter_user_id TEXT, twitter_username TEXT, access_token TEXT, refresh_token TEXT, token_expires_at TIMESTAMPTZ, scopes TEXT[]);
-- on ours:
SET LOCAL ROLE service_role;
SELECT set_config('request.jwt.claims', '{"role": "service_role"}', true);
SELECT insert_twitter_account(
  user_id => 'a0000000-0000-4000-8000-000000000001', twitter_user_id => '1', twitter_username => 'a', access_token => 'secret', refresh_token => 'secret too',
  token_expires_at => '2100-01-01 00:00:00+00', scopes => ARRAY['tweet.read']
);
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT access_token = 'secret' AND refresh_token = 'secret too' FROM get_decrypted_twitter_tokens((SELECT id
      FROM twitter_accounts WHERE twitter_user_id = '1'))), false) THEN
    RAISE EXCEPTION 'defect: the tokens do not come back';
  END IF;
END
$$;
