-- What an operator paused, closed or removed comes back by an operator only.
INSERT INTO auth.users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status)
SELECT ('d0000000-0000-4000-8000-00000000000' || n)::uuid, 'P' || n, '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now() - interval '9 days',
  now() + interval '9 days', 'active'
FROM generate_series(1, 3) n;
UPDATE polls_v2 SET status = 'paused' WHERE title = 'P1';
UPDATE polls_v2 SET status = 'draft' WHERE title = 'P2';

SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
DECLARE
  v_change text;
BEGIN
  FOREACH v_change IN ARRAY ARRAY['status = ''active''', 'status = ''closed''', 'end_time = now() + interval ''20 days'''] LOOP
    BEGIN
      EXECUTE 'UPDATE polls_v2 SET ' || v_change || ' WHERE title = ''P1''';
      RAISE 'accepted: %', v_change;
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
  END LOOP;
  BEGIN
    DELETE FROM polls_v2 WHERE title = 'P2';
    RAISE 'a creator deleted what a moderator holds';
  EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
  END;
  UPDATE polls_v2 SET status = 'paused' WHERE title = 'P3';
  UPDATE polls_v2 SET status = 'active' WHERE title = 'P3';
  ASSERT soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000003');
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  -- The creator's removal keeps its time, and the moderator's is told, once.
  ASSERT NOT soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000003');
  ASSERT NOT soft_delete('polls_v2', 'd0000000-0000-4000-8000-000000000003');
  ASSERT (SELECT count(*) FROM audit_logs WHERE operation = 'SOFT_DELETE') = 2;
  UPDATE polls_v2 SET status = 'active' WHERE title = 'P1';
  ASSERT (SELECT moderation_data = '{}' FROM polls_v2 WHERE title = 'P1');
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
UPDATE polls_v2 SET status = 'closed' WHERE title = 'P1';
DO $$
BEGIN
  PERFORM restore_record('polls_v2', 'd0000000-0000-4000-8000-000000000003');
  RAISE 'a creator took back a moderator''s removal with the own one';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
