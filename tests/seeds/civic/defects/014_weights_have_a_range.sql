-- seed-defects 1.0 #14: weight and confidence have a range
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options, vote_weight) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', 999.99);
  RAISE EXCEPTION 'defect: a vote weighs 999.99';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options, vote_weight) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', -1);
  RAISE EXCEPTION 'defect: a vote weighs less than nothing';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options, vote_confidence) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', 2);
  RAISE EXCEPTION 'defect: a confidence of 2 was taken';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
