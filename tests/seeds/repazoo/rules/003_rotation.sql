-- seed-defects 1.4 #3: a new key opens every token, the old one is forgotten
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

CREATE TEMP TABLE before AS SELECT id, access_token_encrypted FROM twitter_accounts;
DO $$
BEGIN
  IF NOT coalesce((SELECT rotate_encryption_key() = 2), false) THEN
    RAISE EXCEPTION 'defect: not every account was sealed again';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(t.access_token_encrypted <> b.access_token_encrypted
      AND NOT token_is_authentic(b.access_token_encrypted) AND token_is_authentic(t.access_token_encrypted))
      FROM twitter_accounts t JOIN pg_temp.before b USING (id)), false) THEN
    RAISE EXCEPTION 'defect: the old bytes are still good';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT access_token = 'access a' FROM get_decrypted_twitter_tokens((SELECT id
      FROM twitter_accounts WHERE twitter_username = 'a_writes'))), false) THEN
    RAISE EXCEPTION 'defect: a token was lost';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 AND count(key) = 1 FROM encryption_keys), false) THEN
    RAISE EXCEPTION 'defect: the old key was kept';
  END IF;
END
$$;
