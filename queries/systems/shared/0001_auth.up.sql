-- The application authenticates with JSON web tokens: a schema auth with users, uid(), jwt() and role().
-- Where a real one stands, it is used as it is. Where none stands, a small stand-in is made and marked by its comment.
DO $$
DECLARE
  missing text[] := '{}';
BEGIN
  BEGIN
    IF to_regrole('anon') IS NULL THEN
      CREATE ROLE anon NOLOGIN;
    END IF;
    IF to_regrole('authenticated') IS NULL THEN
      CREATE ROLE authenticated NOLOGIN;
    END IF;
    IF to_regrole('service_role') IS NULL THEN
      BEGIN
        CREATE ROLE service_role NOLOGIN BYPASSRLS;
      EXCEPTION WHEN insufficient_privilege THEN
        CREATE ROLE service_role NOLOGIN;
        RAISE NOTICE 'role service_role was made without BYPASSRLS: until an administrator adds it, row level security hides every row from it';
      END;
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the roles anon, authenticated and service_role are needed, and % may not create the missing ones', current_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;';
  END;

  IF to_regnamespace('auth') IS NOT NULL THEN
    IF NOT has_schema_privilege('auth', 'USAGE') THEN
      RAISE EXCEPTION 'the schema auth exists, but % may not use it', current_user
        USING ERRCODE = 'insufficient_privilege', HINT = format('GRANT USAGE ON SCHEMA auth TO %I', current_user);
    END IF;
    IF to_regclass('auth.users') IS NULL THEN
      missing := missing || 'table auth.users'::text;
    ELSE
      IF NOT EXISTS (
        SELECT FROM pg_attribute a
        JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisunique AND i.indimmediate AND i.indpred IS NULL
          AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
        WHERE a.attrelid = to_regclass('auth.users') AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
      ) THEN
        missing := missing || 'unique column auth.users.id of type uuid'::text;
      END IF;
      IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('auth.users') AND attname = 'email' AND NOT attisdropped
      ) THEN
        missing := missing || 'column auth.users.email'::text;
      END IF;
      IF NOT has_table_privilege(to_regclass('auth.users'), 'REFERENCES') THEN
        missing := missing || format('the privilege REFERENCES on auth.users for %I', current_user);
      END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('auth.uid()') AND prorettype = 'uuid'::regtype) THEN
      missing := missing || 'function auth.uid() returning uuid'::text;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('auth.jwt()') AND prorettype = 'jsonb'::regtype) THEN
      missing := missing || 'function auth.jwt() returning jsonb'::text;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('auth.role()') AND prorettype = 'text'::regtype) THEN
      missing := missing || 'function auth.role() returning text'::text;
    END IF;
    IF missing <> '{}' THEN
      RAISE EXCEPTION 'the schema auth exists, but it lacks: %', array_to_string(missing, ', ')
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN;
  END IF;

  CREATE SCHEMA auth;
  COMMENT ON SCHEMA auth IS 'pgdeck auth shim';

  CREATE TABLE auth.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text,
    raw_app_meta_data jsonb NOT NULL DEFAULT '{}',
    raw_user_meta_data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );

  -- A transaction that once set the claims leaves an empty string behind: nullif, or the cast would fail from then on.
  CREATE FUNCTION auth.jwt() RETURNS jsonb
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;

  CREATE FUNCTION auth.uid() RETURNS uuid
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $f$ SELECT nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $f$;

  CREATE FUNCTION auth.role() RETURNS text
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $f$;

  GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
END
$$;
