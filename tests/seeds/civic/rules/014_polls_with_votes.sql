-- What has been voted on stays what it was: method, the options that have votes, the time in which they were cast.
INSERT INTO auth.users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'P', '["yes", "no"]', now() - interval '9 days', now() + interval '9 days', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options)
VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');

DO $$
DECLARE
  v_change text;
BEGIN
  FOREACH v_change IN ARRAY ARRAY[
    'voting_method = ''multiple''', 'options = ''["no", "maybe"]''', 'end_time = now() - interval ''1 day''', 'start_time = now() + interval ''1 day'''
  ] LOOP
    BEGIN
      EXECUTE 'UPDATE polls_v2 SET ' || v_change;
      RAISE 'accepted: %', v_change;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
    END;
  END LOOP;
  UPDATE polls_v2 SET options = '["yes", {"id": "later", "label": "Later"}]', end_time = now() + interval '3 days', start_time = now() - interval '1 day';
  FOREACH v_change IN ARRAY ARRAY['poll_id = gen_random_uuid()', 'user_id = gen_random_uuid()', 'created_at = now() - interval ''1 hour'''] LOOP
    BEGIN
      EXECUTE 'UPDATE votes_v2 SET ' || v_change;
      RAISE 'accepted: %', v_change;
    EXCEPTION WHEN restrict_violation THEN NULL;
    END;
  END LOOP;
  FOREACH v_change IN ARRAY ARRAY['["one"]', '["one", "one"]', '["one", {"label": "no id"}]', '{"a": "b"}', '["one", ""]', '["one", null]'] LOOP
    BEGIN
      INSERT INTO polls_v2 (title, options, start_time, end_time) VALUES ('x', v_change::jsonb, now(), now() + interval '1 day');
      RAISE 'accepted: %', v_change;
    EXCEPTION WHEN check_violation THEN NULL;
    END;
  END LOOP;
END
$$;
