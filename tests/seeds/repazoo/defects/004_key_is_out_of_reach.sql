-- seed-defects 1.4 #4: no ordinary role reads the key

SET LOCAL ROLE anon;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT coalesce(current_setting('app.settings.encryption_key', true), '') = ''), false) THEN
    RAISE EXCEPTION 'defect: anon reads the key';
  END IF;
END
$$;
