-- What is known of a user: everything to itself, what privacy_settings leave to everybody, and the trail without addresses.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com'),
  ('c0000000-0000-4000-8000-000000000001', 'c@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email, bio, privacy_settings, primary_hashtags) VALUES
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com', 'Mine', '{"bio": false}', '{#Bikes, bikes}'),
  ('c0000000-0000-4000-8000-000000000001', 'c', 'C', 'c@example.com', 'Mine', '{"profile": "private"}', '{}');

SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
DECLARE
  v_told text;
BEGIN
  INSERT INTO user_profiles_v2 (user_id, username, display_name, email, bio)
  VALUES ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'taken@example.com', 'Open');
  UPDATE user_profiles_v2 SET display_name = 'Anna', location_data = '{"district": "x"}';
  -- The address is the login's, whatever the user says, and not a question to ask about others.
  ASSERT (SELECT string_agg(email, ' ') FROM user_profiles_v2) = 'a@example.com';
  BEGIN
    UPDATE user_profiles_v2 SET email = 'b@example.com';
    RAISE 'a user took an address';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  SELECT string_agg(concat_ws(' ', p.username, p.bio, p.primary_hashtags), ', ' ORDER BY p.username) INTO v_told FROM public_profiles p;
  ASSERT v_told = 'a Open {}, b {bikes}', v_told;
  BEGIN
    UPDATE user_profiles_v2 SET verification_status = 'verified';
    RAISE 'a user verified itself';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
  BEGIN
    INSERT INTO user_profiles_v2 (user_id, username, display_name, email)
    VALUES ('a0000000-0000-4000-8000-000000000002', 'x', 'X', 'x@example.com');
    RAISE 'a user made a profile of another';
  EXCEPTION WHEN insufficient_privilege THEN NULL;
  END;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
DECLARE
  v_told text;
BEGIN
  ASSERT NOT EXISTS (SELECT FROM audit_logs l WHERE concat(l.old_values, l.new_values, l.context) ~ 'example.com|district');
  SELECT concat_ws(' ', l.new_values ->> 'display_name', l.context -> 'left_out', l.context ->> 'role', l.user_id) INTO v_told
  FROM audit_logs l
  WHERE l.operation = 'UPDATE';
  ASSERT v_told = 'Anna ["location_data"] authenticated a0000000-0000-4000-8000-000000000001', v_told;
  -- The trail outlives the login, and forgets whose it was; nobody else makes it forget.
  BEGIN
    UPDATE audit_logs SET user_id = NULL;
    RAISE 'the trail forgot who acted';
  EXCEPTION WHEN restrict_violation THEN NULL;
  END;
  DELETE FROM auth.users WHERE id = 'a0000000-0000-4000-8000-000000000001';
  ASSERT (SELECT count(*) FROM audit_logs WHERE operation = 'UPDATE' AND user_id IS NULL) = 1;
END
$$;
