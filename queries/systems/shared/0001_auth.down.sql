-- Roles stay: they belong to the whole server. The shim goes when we made it and nothing needs it any more.
DO $$
BEGIN
  IF to_regnamespace('auth') IS NULL
    OR obj_description(to_regnamespace('auth'), 'pg_namespace') IS DISTINCT FROM 'pgdeck auth shim' THEN
    RETURN;
  END IF;
  -- Function bodies leave no dependency behind, so ask the bookkeeping of the other installed systems as well.
  IF EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = to_regnamespace('pgdeck') AND relkind = 'r' AND relname <> current_setting('pgdeck.ledger')::name
  ) THEN
    RETURN;
  END IF;
  DROP FUNCTION auth.role();
  DROP FUNCTION auth.uid();
  DROP FUNCTION auth.jwt();
  DROP TABLE auth.users;
  DROP SCHEMA auth;
EXCEPTION
  -- The drops above are taken back: policies, foreign keys or objects of somebody else still lean on the shim.
  WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'the auth shim stays: %', SQLERRM;
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'the auth shim stays, it belongs to another role: %', SQLERRM;
END
$$;
