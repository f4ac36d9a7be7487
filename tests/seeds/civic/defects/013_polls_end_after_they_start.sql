-- seed-defects 1.0 #13: a poll ends after it begins
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

DO $$
BEGIN
  INSERT INTO polls_v2 (title, options, created_by, start_time, end_time)
  VALUES ('Backwards', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now(), now() - interval '1 day');
  RAISE EXCEPTION 'defect: a poll ends before it begins';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
