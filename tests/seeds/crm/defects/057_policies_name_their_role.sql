-- seed-defects 1.2 #57: every policy is for the role authenticated, and every table has row level security

DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (
    SELECT FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND p.polroles <> ARRAY['authenticated'::regrole::oid]
  ), false) THEN
    RAISE EXCEPTION 'defect: a policy is for everybody';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (
    SELECT FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r' AND NOT c.relrowsecurity
  ), false) THEN
    RAISE EXCEPTION 'defect: a table has no row level security';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (
    SELECT FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND p.polcmd IN ('w', '*') AND p.polwithcheck IS NULL
  ), false) THEN
    RAISE EXCEPTION 'defect: an UPDATE policy has no WITH CHECK';
  END IF;
END
$$;
