-- seed-defects 1.4 #25: retention can be applied by a job that is one transaction
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

-- on the seed:
DELETE FROM api_usage WHERE created_at < now() - interval '90 days';
VACUUM ANALYZE users;
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 6 FROM apply_retention()), false) THEN
    RAISE EXCEPTION 'defect: not all steps are told';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log WHERE action = 'ADMIN_ACTION' AND resource_type = 'retention'), false) THEN
    RAISE EXCEPTION 'defect: it left no entry';
  END IF;
END
$$;
