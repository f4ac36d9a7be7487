-- seed-defects 1.4 #26: an administrator is named by app_metadata, which users do not write

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated", "user_metadata": {"role": "admin"}}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT is_admin()), false) THEN
    RAISE EXCEPTION 'defect: a user made himself an administrator';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated", "app_metadata": {"role": "admin"}}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT is_admin()), false) THEN
    RAISE EXCEPTION 'defect: an administrator is not known';
  END IF;
END
$$;
