-- seed-defects 1.0 #5: a vote finds a partition, also before somebody made its month
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Old', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', '2025-01-01 00:00:00+00', now() + interval '1 day', 'active');

-- on the seed:
CREATE TABLE votes_by_month (LIKE votes_v2 INCLUDING DEFAULTS) PARTITION BY RANGE (created_at);
CREATE TABLE votes_2025_01 PARTITION OF votes_by_month FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
INSERT INTO votes_by_month (poll_id, user_id, selected_options, created_at)
VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', '2025-03-15 12:00:00+00');
-- on ours:
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at)
VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', '2025-03-15 12:00:00+00');
SELECT ensure_vote_partitions(2);
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT EXISTS (SELECT FROM votes_v2_default) AND (SELECT count(*) = 1 FROM votes_v2_2025_03) AND (SELECT count(*) = 1 FROM vote_registry)), false) THEN
    RAISE EXCEPTION 'defect: the vote was not moved into its month';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT ensure_vote_partitions(2) = 0 AND to_regclass('votes_v2_2025_04') IS NOT NULL AND to_regclass('votes_v2_' || to_char(now() AT TIME ZONE 'UTC' + interval '2 months', 'YYYY_MM')) IS NOT NULL), false) THEN
    RAISE EXCEPTION 'defect: the months have a gap';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at) VALUES ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["yes"]', NULL);
  RAISE EXCEPTION 'defect: a vote without a time was taken';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
