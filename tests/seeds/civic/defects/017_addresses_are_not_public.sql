-- seed-defects 1.0 #17: neither anon nor another user reads an e-mail address
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');

SET LOCAL ROLE anon;
DO $$
BEGIN
  IF EXISTS (SELECT email FROM user_profiles_v2 WHERE user_id = 'b0000000-0000-4000-8000-000000000001') THEN
    RAISE EXCEPTION 'defect: anon reads an e-mail address';
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF EXISTS (SELECT email FROM user_profiles_v2 WHERE user_id = 'b0000000-0000-4000-8000-000000000001') THEN
    RAISE EXCEPTION 'defect: another user reads an e-mail address';
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
