-- seed-defects 1.0 #16: a user does not raise the own trust
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  UPDATE user_profiles_v2 SET trust_tier = 'T3', trust_score = 100, is_verified = true WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT trust_tier = 'T0' AND trust_score = 0 AND NOT is_verified FROM user_profiles_v2 WHERE user_id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the user promoted itself';
  END IF;
END
$$;
