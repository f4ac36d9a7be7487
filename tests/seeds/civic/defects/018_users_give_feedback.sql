-- seed-defects 1.0 #18: a user gives feedback and sees it
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO feedback_v2 (user_id, title, description) VALUES ('b0000000-0000-4000-8000-000000000001', 'F', 'F');
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'defect: nobody can give feedback';
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM (SELECT id FROM feedback_v2) f), false) THEN
    RAISE EXCEPTION 'defect: the user does not see the own feedback';
  END IF;
END
$$;
