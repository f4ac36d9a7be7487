-- seed-defects 1.4 #16: a user who deletes an archived result leaves an entry, retention that purges one does not
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO analysis_results_archive (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT ('c0000000-0000-4000-8000-00000000000' || n)::uuid, t.user_id, t.id, 'Test', 'opus', 'growth', '{}', '{}', 1,
  now() - make_interval(years => n)
FROM twitter_accounts t, (VALUES (2), (5)) o (n)
WHERE t.twitter_username = 'a_writes';

SELECT purge_analysis_results_archive();
DO $$
BEGIN
  IF EXISTS (SELECT FROM audit_log WHERE resource_type = 'archived_analysis_result') THEN
    RAISE EXCEPTION 'defect: a purged result is in the trail of its user';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DELETE FROM analysis_results_archive;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 AND bool_and(action = 'DELETE' AND user_id = auth.uid()
      AND resource_id = 'c0000000-0000-4000-8000-000000000002')
      FROM audit_log WHERE resource_type = 'archived_analysis_result'), false) THEN
    RAISE EXCEPTION 'defect: a result was deleted without an entry';
  END IF;
END
$$;
