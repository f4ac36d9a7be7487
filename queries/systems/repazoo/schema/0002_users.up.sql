-- Who uses the application. A row extends the login in auth.users. The seed lists uuid-ossp as needed; gen_random_uuid() is in the core.

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION set_updated_at() IS 'Sets updated_at.';

CREATE TABLE users (
  id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  -- The unique key is the seed's idx_users_email as well; a second index would only cost writes (seed-defects 1.4 #13).
  email text NOT NULL UNIQUE,
  display_name text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- Here and below id is added to the seed's index: the keyset list needs an order without ties.
CREATE INDEX idx_users_created_at ON users (created_at DESC, id DESC);

CREATE TRIGGER set_users_updated_at
BEFORE UPDATE OF email, display_name ON users
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- app_metadata, which only the backend writes: users edit their user_metadata themselves (seed-defects 1.4 #26).
CREATE FUNCTION is_admin() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$ SELECT coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false) $$;
COMMENT ON FUNCTION is_admin() IS 'The claims name an administrator, who reads everything and changes nothing.';

-- The backend, or a session without claims whose role sees every row anyway. Inside a definer function current_user is the owner,
-- so the role that was set, else the one that logged in, decides. A claim alone makes nobody the backend.
CREATE FUNCTION is_service() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(bool_or(
    coalesce(pg_has_role(r.oid, to_regrole('service_role'), 'USAGE') AND NOT r.rolsuper, false)
    OR (auth.uid() IS NULL AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE')))
  ), false)
  FROM pg_roles r
  JOIN pg_class c ON c.oid = 'users'::regclass
  WHERE r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
$$;
COMMENT ON FUNCTION is_service() IS 'The session acts for the operator, not for a user of the application.';

-- The seed lets a user write any address into his profile: one of somebody else, whose own profile then fails, and the error of the
-- unique key tells which addresses are taken. Refused before that key is asked. The login of the claims is looked at, not the one of
-- the row, which may be a stranger's. An owner who may not read the logins has the claims' word, which is signed.
CREATE FUNCTION check_own_email() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_email text;
BEGIN
  IF is_service() THEN
    RETURN NEW;
  END IF;
  IF has_column_privilege('auth.users', 'id', 'SELECT') AND has_column_privilege('auth.users', 'email', 'SELECT') THEN
    v_email := (SELECT l.email FROM auth.users l WHERE l.id = auth.uid());
  END IF;
  IF NEW.email IS DISTINCT FROM coalesce(v_email, nullif(auth.jwt() ->> 'email', '')) THEN
    RAISE EXCEPTION 'the address of a profile is that of its login' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_users_email
BEFORE INSERT OR UPDATE OF email ON users
FOR EACH ROW EXECUTE FUNCTION check_own_email();
