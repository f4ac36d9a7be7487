-- seed-defects 1.2 #20: no definer function may be executed by PUBLIC or anon

DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (
    SELECT FROM pg_proc p
    WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
      AND p.prosecdef
      AND has_function_privilege('anon', p.oid, 'EXECUTE')
  ), false) THEN
    RAISE EXCEPTION 'defect: anon may execute a definer function';
  END IF;
END
$$;
