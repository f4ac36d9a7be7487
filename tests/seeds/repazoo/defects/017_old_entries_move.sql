-- seed-defects 1.4 #17: entries older than three years move to the archive, and go no other way
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO audit_log (user_id, action, resource_type, resource_id, created_at) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'LOGIN', 'session', 'old', now() - interval '4 years'),
    ('a0000000-0000-4000-8000-000000000001', 'LOGIN', 'session', 'young', now() - interval '2 years');

-- on the seed:
DO $$
BEGIN
  DELETE FROM audit_log WHERE created_at < now() - interval '3 years';
  RAISE EXCEPTION 'defect: an old entry was deleted, not moved';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
-- on ours:
SELECT archive_audit_log();
DO $$
BEGIN
  IF NOT coalesce((SELECT (SELECT array_agg(resource_id) FROM audit_log_archive) = '{old}' AND (SELECT array_agg(resource_id)
      FROM audit_log WHERE resource_type = 'session') = '{young}'), false) THEN
    RAISE EXCEPTION 'defect: not exactly the old entry moved';
  END IF;
END
$$;
DO $$
BEGIN
  DELETE FROM audit_log_archive;
  RAISE EXCEPTION 'defect: the archive can be emptied';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
