-- seed-defects 1.0 #19: a user creates the own profile
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com');
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'defect: a user cannot create the own profile';
END
$$;
