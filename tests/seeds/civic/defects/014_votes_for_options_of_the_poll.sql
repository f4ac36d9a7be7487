-- seed-defects 1.0 #14: a vote names options of its poll, as many as the method takes
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["maybe"]');
  RAISE EXCEPTION 'defect: a vote for no option was taken';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes", "no"]');
  RAISE EXCEPTION 'defect: a poll of one option took two';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '[]');
  RAISE EXCEPTION 'defect: an empty vote was taken';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '{"yes": 1}');
  RAISE EXCEPTION 'defect: a vote that is no list was taken';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
UPDATE polls_v2 SET voting_method = 'ranked';
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE EXCEPTION 'defect: a ranking with a gap was taken';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes", "yes"]');
  RAISE EXCEPTION 'defect: an option was ranked twice';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
