-- A vote is registered, counted everywhere and told by the trail; taking it back undoes all of it but the trail.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email, trust_score) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com', 40),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com', 0);
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status, voting_method) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'P', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'single'),
  ('d0000000-0000-4000-8000-000000000002', 'R', '["x", {"id": "y", "label": "Y"}, "z"]', NULL, now() - interval '1 day',
    now() + interval '1 day', 'active', 'ranked');
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]'),
  ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["no"]'),
  ('d0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', '["y", "x", "z"]');

DO $$
DECLARE
  v_told text;
BEGIN
  SELECT string_agg(concat_ws(' ', p.title, p.total_votes, a.total_votes, a.unique_voters, (
    SELECT string_agg(t.option_id || t.votes, ' ' ORDER BY t.option_id) FROM poll_tallies t WHERE t.poll_id = p.id AND t.votes > 0
  )), ', ' ORDER BY p.title) INTO v_told
  FROM polls_v2 p JOIN poll_analytics a ON a.poll_id = p.id;
  ASSERT v_told = 'P 2 2 2 no1 yes1, R 1 1 1 y1', v_told;
  SELECT string_agg(concat_ws(' ', u.username, u.total_votes_cast, u.total_polls_created, n.votes_cast, n.polls_created), ', ' ORDER BY u.username) INTO v_told
  FROM user_profiles_v2 u JOIN user_analytics n USING (user_id);
  ASSERT v_told = 'a 2 1 2 1, b 1 0 1 0', v_told;
  ASSERT (SELECT trust_score_at_vote FROM votes_v2 WHERE selected_options = '["yes"]') = 40;
  UPDATE votes_v2 SET selected_options = '["no"]' WHERE selected_options = '["yes"]';
  ASSERT (SELECT string_agg(t.option_id || t.votes, ' ' ORDER BY t.option_id) FROM poll_tallies t WHERE t.poll_id = 'd0000000-0000-4000-8000-000000000001') = 'no2 yes0';
  DELETE FROM votes_v2 WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
  SELECT string_agg(concat_ws(' ', u.username, u.total_votes_cast), ', ' ORDER BY u.username) INTO v_told FROM user_profiles_v2 u;
  ASSERT v_told = 'a 0, b 1', v_told;
  ASSERT (SELECT sum(total_votes) FROM polls_v2) = 1 AND (SELECT sum(votes) FROM poll_tallies) = 1 AND (SELECT count(*) FROM vote_registry) = 1;
  SELECT string_agg(concat_ws(' ', l.table_name, l.operation, l.count), ', ' ORDER BY l.table_name, l.operation) INTO v_told
  FROM (SELECT table_name, operation, count(*) FROM audit_logs GROUP BY 1, 2) l;
  ASSERT v_told = 'polls_v2 INSERT 2, user_profiles_v2 INSERT 2, votes_v2 DELETE 2, votes_v2 INSERT 3, votes_v2 UPDATE 1', v_told;
  -- The same voter may vote again once the first vote is gone, and everything goes with the login.
  INSERT INTO votes_v2 (poll_id, user_id, selected_options)
  VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  DELETE FROM auth.users WHERE id = 'a0000000-0000-4000-8000-000000000001';
  ASSERT (SELECT total_votes FROM polls_v2 WHERE title = 'P') = 1 AND (SELECT created_by FROM polls_v2 WHERE title = 'P') IS NULL;
  ASSERT (SELECT count(*) FROM vote_registry) = 1;
  TRUNCATE votes_v2;
  ASSERT (SELECT sum(total_votes) FROM polls_v2) = 0 AND NOT EXISTS (SELECT FROM vote_registry) AND NOT EXISTS (SELECT FROM poll_tallies);
END
$$;
