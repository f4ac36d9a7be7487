-- seed-defects 1.4 #5: the backend decrypts, and the trail tells of it
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
DO $$
BEGIN
  IF NOT coalesce((SELECT access_token = 'access a' AND refresh_token = 'refresh a' FROM get_decrypted_twitter_tokens((SELECT id
      FROM twitter_accounts WHERE twitter_username = 'a_writes'))), false) THEN
    RAISE EXCEPTION 'defect: the tokens do not come back';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1
      FROM audit_log WHERE action = 'READ' AND user_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: reading left no entry';
  END IF;
END
$$;
