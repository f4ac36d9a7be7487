-- seed-defects 1.0 #10: the totals of polls and users are those of the votes
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');

DO $$
BEGIN
  IF NOT coalesce((SELECT total_votes = 1 FROM polls_v2 WHERE id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the poll counts no vote';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT total_votes_cast = 1 FROM user_profiles_v2 WHERE user_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the user cast no vote';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT total_votes = 1 AND unique_voters = 1 FROM poll_analytics WHERE poll_id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the figures of the poll count no vote';
  END IF;
END
$$;
UPDATE votes_v2 SET is_active = false;
DO $$
BEGIN
  IF NOT coalesce((SELECT total_votes = 0 FROM polls_v2 WHERE id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: a removed vote is counted';
  END IF;
END
$$;
