-- seed-defects 1.4 #16: a user can be deleted, and the trail stays without a name
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO audit_log (user_id, action, resource_type, resource_id)
VALUES ('a0000000-0000-4000-8000-000000000001', 'LOGIN', 'session', 'kept');

DELETE FROM auth.users WHERE id = 'a0000000-0000-4000-8000-000000000001';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 AND count(user_id) = 0 FROM audit_log WHERE resource_id = 'kept'), false) THEN
    RAISE EXCEPTION 'defect: the entry is gone or still names its user';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1
      FROM audit_log WHERE action = 'DELETE' AND resource_type = 'user' AND resource_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the deletion left no entry';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM twitter_accounts WHERE twitter_username = 'a_writes'), false) THEN
    RAISE EXCEPTION 'defect: the account outlived its user';
  END IF;
END
$$;
