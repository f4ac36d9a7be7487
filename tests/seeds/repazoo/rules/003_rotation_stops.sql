-- seed-defects 1.4 #3: rotation stops at a token the key does not open, and changes nothing
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

UPDATE twitter_accounts SET access_token_encrypted = set_byte(access_token_encrypted, 30, 255 - get_byte(access_token_encrypted, 30))
    WHERE twitter_username = 'a_writes';
DO $$
BEGIN
  PERFORM rotate_encryption_key();
  RAISE EXCEPTION 'defect: it went on';
EXCEPTION WHEN data_corrupted THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM encryption_keys), false) THEN
    RAISE EXCEPTION 'defect: there is a new key';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT access_token = 'access b' FROM get_decrypted_twitter_tokens((SELECT id
      FROM twitter_accounts WHERE twitter_username = 'b_writes'))), false) THEN
    RAISE EXCEPTION 'defect: another token was lost';
  END IF;
END
$$;
