-- seed-defects 1.4 #16: an entry keeps its user while there is one
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

DO $$
BEGIN
  UPDATE audit_log SET user_id = NULL WHERE resource_id = 'kept';
  RAISE EXCEPTION 'defect: an entry was disowned';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
