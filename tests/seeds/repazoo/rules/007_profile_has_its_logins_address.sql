-- seed-defects 1.4 #7: a profile carries the address of its login, and no error tells who else has one
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com'),
  ('c0000000-0000-4000-8000-000000000001', 'c@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
DECLARE
  v_address text;
  v_said text;
  v_before text;
BEGIN
  FOREACH v_address IN ARRAY ARRAY['b@example.com', 'nobody@example.com'] LOOP
    BEGIN
      UPDATE users SET email = v_address;
      RAISE EXCEPTION 'defect: % was taken', v_address;
    EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
      v_said := SQLSTATE || SQLERRM;
    END;
    IF v_said <> v_before THEN
      RAISE EXCEPTION 'defect: % and %', v_before, v_said;
    END IF;
    v_before := v_said;
  END LOOP;
END
$$;
UPDATE users SET email = 'a@example.com', display_name = 'A';
SELECT set_config('request.jwt.claims', '{"sub": "c0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO users (id, email) VALUES (auth.uid(), 'nobody@example.com');
  RAISE EXCEPTION 'defect: a made-up address was taken';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
INSERT INTO users (id, email) VALUES (auth.uid(), 'c@example.com');
