-- What vote_rules saw may have changed before the poll is locked, and a transaction may be older than the end of the poll.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Closed', '["yes", "no"]', now() - interval '9 days', now() + interval '9 days', 'closed'),
  ('d0000000-0000-4000-8000-000000000002', 'Over', '["yes", "no"]', now() - interval '9 days', now() - interval '1 day', 'active'),
  ('d0000000-0000-4000-8000-000000000003', 'Open', '["yes", "no"]', now() - interval '9 days', now() + interval '9 days', 'active'),
  ('d0000000-0000-4000-8000-000000000004', 'Ends', '["yes", "no"]', now() - interval '9 days', now() + interval '1 millisecond', 'active');

INSERT INTO votes_v2 (poll_id, user_id, selected_options)
VALUES ('d0000000-0000-4000-8000-000000000004', 'b0000000-0000-4000-8000-000000000001', '["yes"]');
ALTER TABLE votes_v2 DISABLE TRIGGER vote_rules;
DO $$
DECLARE
  v_poll text;
BEGIN
  FOREACH v_poll IN ARRAY ARRAY['1', '2'] LOOP
    BEGIN
      INSERT INTO votes_v2 (poll_id, user_id, selected_options)
      VALUES (('d0000000-0000-4000-8000-00000000000' || v_poll)::uuid, 'a0000000-0000-4000-8000-000000000001', '["yes"]');
      RAISE 'a vote was counted in poll %', v_poll;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
    END;
  END LOOP;
  BEGIN
    INSERT INTO votes_v2 (poll_id, user_id, selected_options)
    VALUES ('d0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001', '["maybe"]');
    RAISE 'a vote was counted for an option that is none';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  INSERT INTO votes_v2 (poll_id, user_id, selected_options)
  VALUES ('d0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  BEGIN
    UPDATE votes_v2 SET selected_options = '["maybe"]' WHERE poll_id = 'd0000000-0000-4000-8000-000000000003';
    RAISE 'a vote was changed to an option that is none';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
END
$$;
ALTER TABLE votes_v2 ENABLE TRIGGER vote_rules;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  PERFORM pg_sleep(0.01);
  INSERT INTO votes_v2 (poll_id, user_id, selected_options)
  VALUES ('d0000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE 'an old transaction voted after the end';
EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  DELETE FROM votes_v2;
  RAISE 'an old transaction took a vote back after the end';
EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
END
$$;
