-- seed-defects 1.0 #8: the statistics count live votes of live polls, and an average of none is 0
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["no"]');
UPDATE votes_v2 SET is_active = false WHERE user_id = 'b0000000-0000-4000-8000-000000000001';
REFRESH MATERIALIZED VIEW poll_stats;

DO $$
BEGIN
  IF NOT coalesce((SELECT actual_votes = 1 FROM poll_stats WHERE id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: a removed vote was counted';
  END IF;
END
$$;
DELETE FROM votes_v2;
REFRESH MATERIALIZED VIEW poll_stats;
DO $$
BEGIN
  IF NOT coalesce((SELECT avg_confidence = 0 FROM poll_stats WHERE id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the average of no vote is NULL';
  END IF;
END
$$;
UPDATE polls_v2 SET is_active = false;
REFRESH MATERIALIZED VIEW poll_stats;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM poll_stats), false) THEN
    RAISE EXCEPTION 'defect: a removed poll is in the statistics';
  END IF;
END
$$;
