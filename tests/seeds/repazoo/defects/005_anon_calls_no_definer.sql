-- seed-defects 1.4 #5: no definer function may be executed by anon

DO $$
BEGIN
  IF NOT coalesce((SELECT NOT EXISTS (
    SELECT FROM pg_proc p
    WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
      AND p.prosecdef
      AND has_function_privilege('anon', p.oid, 'EXECUTE')
  )), false) THEN
    RAISE EXCEPTION 'defect: anon may execute a definer function';
  END IF;
END
$$;
