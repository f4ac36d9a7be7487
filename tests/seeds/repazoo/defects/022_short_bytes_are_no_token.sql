-- seed-defects 1.4 #22: nothing shorter than a sealed token is stored
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

DO $$
BEGIN
  UPDATE twitter_accounts SET access_token_encrypted = convert_to('plain!', 'UTF8');
  RAISE EXCEPTION 'defect: six bytes were stored as a token';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
