-- Who may vote where: public and open, or invited; once; with nothing but a choice. Times, weights and evidence are not the voter's.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com'),
  ('c0000000-0000-4000-8000-000000000001', 'c@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email, is_active) VALUES
  ('c0000000-0000-4000-8000-000000000001', 'c', 'C', 'c@example.com', false);
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status, privacy_level, access_control) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Public', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'public', '{}'),
  ('d0000000-0000-4000-8000-000000000002', 'Invited', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'private', '{"invited": ["b0000000-0000-4000-8000-000000000001"]}'),
  ('d0000000-0000-4000-8000-000000000003', 'Other', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'active', 'high-privacy', '{}'),
  ('d0000000-0000-4000-8000-000000000004', 'Draft', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '1 day',
    now() + interval '1 day', 'draft', 'public', '{}');

SELECT set_config('request.headers', '{"x-forwarded-for": "203.0.113.9, 10.0.0.1, 198.51.100.7", "user-agent": "Browser"}', true);
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
DECLARE
  v_seen text;
BEGIN
  SELECT string_agg(p.title, ' ' ORDER BY p.title) INTO v_seen FROM (SELECT title FROM polls_v2) p;
  ASSERT v_seen = 'Invited Public', v_seen;
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
    ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["yes"]'),
    ('d0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', '["no"]');
  ASSERT (SELECT bool_and(ip_address = '198.51.100.7' AND user_agent = 'Browser') FROM votes_v2);
  ASSERT (SELECT sum(votes) = 2 FROM poll_tallies);
  UPDATE votes_v2 SET selected_options = '["no"]' WHERE poll_id = 'd0000000-0000-4000-8000-000000000001';
  BEGIN
    INSERT INTO votes_v2 (poll_id, user_id, selected_options)
    VALUES ('d0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["yes"]');
    RAISE 'a second vote was taken';
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
  BEGIN
    INSERT INTO votes_v2 (poll_id, user_id, selected_options)
    VALUES ('d0000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000001', '["yes"]');
    RAISE 'who was not invited voted';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    INSERT INTO votes_v2 (poll_id, user_id, selected_options)
    VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
    RAISE 'somebody voted for another';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    UPDATE votes_v2 SET vote_weight = 10;
    RAISE 'a voter weighed the own vote';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    UPDATE votes_v2 SET created_at = now() - interval '1 hour';
    RAISE 'a voter moved the own vote';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    PERFORM FROM vote_registry;
    RAISE 'the registry is open';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    PERFORM FROM votes_v2_default;
    RAISE 'a partition is open';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "c0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options)
  VALUES ('d0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE 'a removed profile voted';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
SET LOCAL ROLE anon;
DO $$
DECLARE
  v_seen text;
BEGIN
  SELECT string_agg(p.title, ' ' ORDER BY p.title) INTO v_seen FROM (SELECT title FROM polls_v2) p;
  ASSERT v_seen = 'Public', v_seen;
  INSERT INTO votes_v2 (poll_id, user_id, selected_options)
  VALUES ('d0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE 'anon voted';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
-- Once the poll is closed, the vote stays as it is.
UPDATE polls_v2 SET status = 'closed';
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
DECLARE
  v_count integer;
BEGIN
  DELETE FROM votes_v2;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  ASSERT v_count = 0;
  ASSERT (SELECT count(*) FROM votes_v2) = 2;
END
$$;
