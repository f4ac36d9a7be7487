-- seed-defects 1.4 #18: archiving goes on after a column was added
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO analysis_results (user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data, execution_time_ms, created_at)
VALUES ('a0000000-0000-4000-8000-000000000001', (SELECT id FROM twitter_accounts
    WHERE twitter_username = 'a_writes'), 'Test', 'opus', 'growth', '{}', '{}', 1, now() - interval '2 years');
ALTER TABLE analysis_results ADD COLUMN language text;

-- on the seed:
WITH archived AS (
  DELETE FROM analysis_results WHERE created_at < now() - interval '1 year' RETURNING *
)
INSERT INTO analysis_results_archive SELECT * FROM archived;
-- on ours:
SELECT archive_analysis_results();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM analysis_results_archive), false) THEN
    RAISE EXCEPTION 'defect: nothing was archived';
  END IF;
END
$$;
