-- seed-defects 1.2 #22: every definer function pins search_path, with pg_temp last

DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (
    SELECT FROM pg_proc p
    WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
      AND p.prosecdef
      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c (c) WHERE c.c LIKE 'search_path=%pg_temp')
  ), false) THEN
    RAISE EXCEPTION 'defect: a definer function follows the path of its caller';
  END IF;
END
$$;
