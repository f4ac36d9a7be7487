-- Figures are seen by whose they are, statistics of public polls by everybody, until the poll becomes private; the service role refreshes.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status, privacy_level) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Public', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'public'),
  ('d0000000-0000-4000-8000-000000000002', 'Private', '["yes", "no"]', 'b0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'private');
INSERT INTO votes_v2 (poll_id, user_id, selected_options, vote_confidence) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', 0.5),
  ('d0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', '["yes"]', 1);
INSERT INTO feedback_v2 (user_id, title, description, is_public) VALUES
  ('b0000000-0000-4000-8000-000000000001', 'Secret', 'x', false),
  ('b0000000-0000-4000-8000-000000000001', 'Shown', 'x', true);

SET LOCAL ROLE service_role;
SELECT refresh_poll_stats();
SELECT refresh_poll_stats();
RESET ROLE;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  ASSERT (SELECT count(*) = 1 AND sum(votes_cast) = 1 FROM user_analytics);
  ASSERT (SELECT count(*) = 1 AND sum(total_votes) = 1 FROM poll_analytics);
  ASSERT (SELECT string_agg(concat_ws(' ', s.title, s.actual_votes, round(s.avg_confidence, 1)), ', ') FROM public_poll_stats s) = 'Public 1 0.5';
  ASSERT (SELECT string_agg(f.title, ' ') FROM feedback_v2 f) = 'Shown';
  INSERT INTO feedback_v2 (title, description) VALUES ('Anonymous', 'x');
  BEGIN
    INSERT INTO feedback_v2 (user_id, title, description) VALUES ('b0000000-0000-4000-8000-000000000001', 'x', 'x');
    RAISE 'somebody signed with the name of another';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    INSERT INTO feedback_v2 (title, description, is_public) VALUES ('x', 'x', true);
    RAISE 'a user made feedback public';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    PERFORM refresh_poll_stats();
    RAISE 'a user refreshed the statistics';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    PERFORM FROM audit_logs;
    RAISE 'a user read the trail';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  -- Without asking for a new refresh.
  UPDATE polls_v2 SET privacy_level = 'private' WHERE title = 'Public';
  ASSERT NOT EXISTS (SELECT FROM public_poll_stats);
END
$$;
