-- A poll falls with its live votes and comes back with exactly these; a creator does not undo what a moderator did.
INSERT INTO auth.users (id, email)
SELECT ('a0000000-0000-4000-8000-00000000000' || n)::uuid, n || '@example.com' FROM generate_series(1, 4) n;
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'P', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '90 days',
    now() + interval '1 day', 'active');
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at)
SELECT
  ('e0000000-0000-4000-8000-00000000000' || n)::uuid,
  'd0000000-0000-4000-8000-000000000001',
  ('a0000000-0000-4000-8000-00000000000' || n)::uuid,
  '["yes"]',
  now() - n * interval '20 days'
FROM generate_series(1, 4) n;

DO $$
BEGIN
  ASSERT soft_delete('votes_v2', 'e0000000-0000-4000-8000-000000000004');
  ASSERT NOT soft_delete('votes_v2', 'e0000000-0000-4000-8000-000000000004');
  ASSERT (SELECT total_votes FROM polls_v2) = 3;
  ASSERT soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  ASSERT (SELECT total_votes FROM polls_v2) = 0 AND (SELECT count(*) FROM votes_v2 WHERE is_active) = 0;
  ASSERT (SELECT count(DISTINCT removed_at) FROM votes_v2) = 2;
  ASSERT (SELECT count(*) FROM audit_logs WHERE operation = 'SOFT_DELETE') = 5;
  BEGIN
    PERFORM restore_record('votes_v2', 'e0000000-0000-4000-8000-000000000001');
    RAISE 'a vote of a removed poll came back';
  EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
  END;
  BEGIN
    PERFORM soft_delete('audit_logs', 'e0000000-0000-4000-8000-000000000001');
    RAISE 'the trail can be removed';
  EXCEPTION WHEN invalid_parameter_value THEN NULL;
  END;
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  PERFORM restore_record('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  RAISE 'a creator took back what a moderator did';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  ASSERT restore_record('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  ASSERT (SELECT total_votes = 3 AND removed_at IS NULL FROM polls_v2);
  ASSERT (SELECT string_agg(right(id::text, 1), '' ORDER BY id) FROM votes_v2 WHERE is_active) = '123';
  ASSERT (SELECT votes FROM poll_tallies) = 3;
END
$$;
-- The own removal can be taken back, somebody else's row looks as if it were not there.
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  ASSERT soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  ASSERT restore_record('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  BEGIN
    PERFORM soft_delete('votes_v2', 'e0000000-0000-4000-8000-000000000001');
    RAISE 'a voter hid a vote';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000002", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000001');
  RAISE 'a user removed the poll of another';
EXCEPTION WHEN no_data_found THEN NULL;
END
$$;
