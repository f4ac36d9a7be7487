-- Users, organizations and who belongs where. The seed presupposes these tables (seed-defects 1.2 #2); columns are inferred from its use of them.

CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION update_updated_at_column() IS 'Sets updated_at.';

CREATE TABLE users (
  id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  email text NOT NULL,
  full_name text,
  avatar_url text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);

CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  slug text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
-- The seed's UNIQUE holds for deleted organizations too, so that nobody could ever take the slug of one again.
CREATE UNIQUE INDEX unique_slug ON organizations (slug) WHERE deleted_at IS NULL;
-- Keyset order of the tenant list.
CREATE INDEX idx_organizations_created_at ON organizations (created_at DESC, id DESC);
-- The trash.
CREATE INDEX idx_organizations_deleted ON organizations (deleted_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX idx_users_deleted ON users (deleted_at DESC, id DESC) WHERE deleted_at IS NOT NULL;

CREATE TABLE user_orgs (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, org_id)
);
CREATE INDEX idx_user_orgs_org_id ON user_orgs (org_id);

CREATE TRIGGER update_users_updated_at
BEFORE UPDATE OF email, full_name, avatar_url, metadata ON users
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_organizations_updated_at
BEFORE UPDATE OF name, slug, settings ON organizations
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Reads the membership as owner: a policy on user_orgs that selects from user_orgs would recurse (seed-defects 1.2 #56).
CREATE FUNCTION my_org_ids(p_roles text[] DEFAULT ARRAY['owner', 'admin', 'member']) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT m.org_id
  FROM user_orgs m
  WHERE m.user_id = auth.uid() AND m.role = ANY (p_roles)
$$;
COMMENT ON FUNCTION my_org_ids(text[]) IS 'Organizations of the user named by the claims, in one of these roles.';

-- Who may act without being a member: the service role, and a session without claims whose role could read every row anyway.
-- current_user is no use here, inside a SECURITY DEFINER function it is the owner: the role that was set, else the one that
-- logged in, decides. An API role without claims is therefore not trusted, nor is a claim that says "service_role".
CREATE FUNCTION is_trusted() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(bool_or(
    coalesce(pg_has_role(r.oid, to_regrole('service_role'), 'USAGE') AND NOT r.rolsuper, false)
    OR (auth.uid() IS NULL AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE')))
  ), false)
  FROM pg_roles r
  JOIN pg_class c ON c.oid = 'user_orgs'::regclass
  WHERE r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
$$;
COMMENT ON FUNCTION is_trusted() IS 'The session acts for the operator, not for a user of the application.';

-- For functions that were handed an organization.
CREATE FUNCTION may_act_for(p_org_id uuid) RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT is_trusted() OR EXISTS (SELECT FROM my_org_ids() m (id) WHERE m.id = p_org_id)
$$;
