-- seed-defects 1.4 #5: decrypt_token is for the service role alone

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM decrypt_token(NULL);
  RAISE EXCEPTION 'defect: a user may decrypt';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
