-- seed-defects 1.0 #18: a user votes, sees the vote, and takes it back
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["yes"]');
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'defect: nobody can vote';
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM votes_v2), false) THEN
    RAISE EXCEPTION 'defect: the user does not see the own vote';
  END IF;
END
$$;
DELETE FROM votes_v2;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM votes_v2), false) THEN
    RAISE EXCEPTION 'defect: the vote cannot be taken back';
  END IF;
END
$$;
