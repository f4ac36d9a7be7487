-- seed-defects 1.4 #22: a user takes no Twitter account that nobody proved to be his, and gives none another name
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
  PERFORM insert_twitter_account(auth.uid(), '9999', 'somebody_famous', 'made', 'up', '2100-01-01 00:00:00+00', '{}');
  RAISE EXCEPTION 'defect: an account was taken';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM update_twitter_tokens((SELECT id FROM twitter_accounts), 'made', 'up', '2100-01-01 00:00:00+00');
  RAISE EXCEPTION 'defect: tokens were made up';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE twitter_accounts SET twitter_username = 'somebody_famous';
  RAISE EXCEPTION 'defect: an account was renamed';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
