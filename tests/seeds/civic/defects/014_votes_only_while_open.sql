-- seed-defects 1.0 #14: a vote counts while its poll is open only
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

UPDATE polls_v2 SET status = 'closed';
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
    ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE EXCEPTION 'defect: a closed poll took a vote';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  NULL;
END
$$;
UPDATE polls_v2 SET status = 'active', end_time = now() - interval '1 minute';
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
    ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE EXCEPTION 'defect: an ended poll took a vote';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  NULL;
END
$$;
