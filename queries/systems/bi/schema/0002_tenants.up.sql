-- Users, organizations, who belongs where and who pays. Here and in the steps that follow: statuses have their lists, owners are
-- NOT NULL and times have zones (seed-defects 1.1 #19), every foreign key says what a delete does (#20) and has an index (#23), and
-- an index that another one begins with is left out (#22).
-- The seed calls itself "25 tables" and has 23; these are the 23, the two others are nowhere described (#1).

CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

-- A person signed in is the user with id = auth.uid(). There is no foreign key to auth.users, as in the seed: people who were
-- imported need no login.
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE,
  first_name text NOT NULL,
  last_name text NOT NULL,
  phone text,
  title text,
  company text,
  company_size text,
  revenue_range text,
  industry text,
  timezone text,
  linkedin_url text,
  profile_pic_url text,
  agreed_terms boolean NOT NULL DEFAULT false,
  agreed_marketing boolean NOT NULL DEFAULT false,
  role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin', 'owner')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_users_company ON users (company);
CREATE INDEX idx_users_industry ON users (industry);
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_users_status ON users (status);
CREATE INDEX idx_users_inactive ON users (updated_at DESC, id DESC) WHERE status = 'inactive';

CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  owner_id uuid REFERENCES users (id) ON DELETE SET NULL,
  sso_config jsonb NOT NULL DEFAULT '{}',
  settings jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_organizations_owner ON organizations (owner_id);
CREATE INDEX idx_organizations_created ON organizations (created_at DESC, id DESC);
CREATE INDEX idx_organizations_inactive ON organizations (updated_at DESC, id DESC) WHERE status = 'inactive';

CREATE TABLE organization_members (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  permissions jsonb NOT NULL DEFAULT '{}',
  department text,
  -- invited: asked to join, and nobody but the user can answer. Until then he alone sees the row.
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'inactive', 'suspended')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Rows of an organization refer to it: they can only belong to somebody who is, or was, a member.
  UNIQUE (organization_id, user_id)
);
CREATE INDEX idx_org_members_user ON organization_members (user_id);
CREATE INDEX idx_org_members_role ON organization_members (role);
CREATE INDEX idx_org_members_inactive ON organization_members (updated_at DESC, id DESC) WHERE status = 'inactive';

CREATE TABLE subscriptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'basic', 'pro', 'enterprise')),
  status text NOT NULL DEFAULT 'trial' CHECK (status IN ('trial', 'active', 'past_due', 'canceled')),
  billing_cycle text CHECK (billing_cycle IN ('monthly', 'yearly')),
  next_billing_date date,
  stripe_subscription_id text,
  stripe_customer_id text,
  stripe_data jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_subscriptions_status ON subscriptions (status);
CREATE INDEX idx_subscriptions_plan ON subscriptions (plan);

CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_organizations_updated_at BEFORE UPDATE ON organizations
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_organization_members_updated_at BEFORE UPDATE ON organization_members
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_subscriptions_updated_at BEFORE UPDATE ON subscriptions
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Reads the membership as owner: a policy on organization_members that selects from it would recurse.
CREATE FUNCTION my_organization_ids(p_roles text[] DEFAULT ARRAY['owner', 'admin', 'member', 'viewer']) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT m.organization_id
  FROM organization_members m
  JOIN users u ON u.id = m.user_id
  JOIN organizations o ON o.id = m.organization_id
  WHERE m.user_id = auth.uid()
    AND m.role = ANY (p_roles)
    AND m.status = 'active'
    AND u.status = 'active'
    AND o.status = 'active'
$$;
COMMENT ON FUNCTION my_organization_ids(text[]) IS 'Active organizations in which the user named by the claims is an active member with one of these roles.';

-- Who may act without being a member: the service role, and a session without claims whose role could read every row anyway.
-- current_user is no use here, inside a definer function it is the owner: the role that was set, else the one that logged in, decides.
CREATE FUNCTION is_trusted() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(bool_or(
    coalesce(pg_has_role(r.oid, to_regrole('service_role'), 'USAGE') AND NOT r.rolsuper, false)
    OR (auth.uid() IS NULL AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE')))
  ), false)
  FROM pg_roles r
  JOIN pg_class c ON c.oid = 'organization_members'::regclass
  WHERE r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
$$;
COMMENT ON FUNCTION is_trusted() IS 'The session acts for the operator, not for a user of the application.';

-- The user to be recorded: claims may name somebody who is no user here.
CREATE FUNCTION actor_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT u.id FROM users u WHERE u.id = auth.uid()
$$;

-- Who may write: a user who was suspended still reads what is his own.
CREATE FUNCTION active_user_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT u.id FROM users u WHERE u.id = auth.uid() AND u.status = 'active'
$$;

-- Members see each other's address and phone: an admin must not make anybody one who did not agree. Staff bring back who was one: they
-- log in under a role of their own, which no user of the application ever has, and which was granted UPDATE of the status.
CREATE FUNCTION keep_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_staff boolean := auth.uid() IS NULL AND NOT EXISTS (
    SELECT FROM pg_roles r
    WHERE r.rolname IN ('anon', 'authenticated')
      AND pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, r.oid, 'MEMBER')
  );
  v_allowed boolean := CASE
    WHEN TG_OP = 'INSERT' THEN NEW.status = 'invited'
    WHEN NEW.status = OLD.status THEN true
    WHEN NEW.status = 'active' THEN (OLD.status = 'invited' AND NEW.user_id = auth.uid()) OR (OLD.status = 'inactive' AND v_staff)
    WHEN NEW.status = 'invited' THEN OLD.status <> 'active'
    ELSE true
  END;
BEGIN
  IF NOT coalesce(v_allowed, false) AND NOT is_trusted() THEN
    RAISE EXCEPTION 'members are invited, and join by themselves' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER organization_members_consent BEFORE INSERT OR UPDATE OF status ON organization_members
FOR EACH ROW EXECUTE FUNCTION keep_consent();

-- Everything that can fail does so before the user is looked up.
CREATE FUNCTION invite_member(
  p_organization_id uuid,
  p_user_id uuid,
  p_role text DEFAULT 'member',
  p_permissions jsonb DEFAULT '{}',
  p_department text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_by_owner boolean := is_trusted() OR EXISTS (SELECT FROM my_organization_ids(ARRAY['owner']) m (id) WHERE m.id = p_organization_id);
BEGIN
  IF p_role IS NULL OR p_role NOT IN ('owner', 'admin', 'member', 'viewer') THEN
    RAISE EXCEPTION '% is no role of a member', coalesce(p_role, 'NULL') USING ERRCODE = 'check_violation';
  END IF;
  -- An admin makes nobody an owner.
  IF NOT v_by_owner AND (
    p_role = 'owner' OR NOT EXISTS (SELECT FROM my_organization_ids(ARRAY['admin']) m (id) WHERE m.id = p_organization_id)
  ) THEN
    RAISE EXCEPTION 'you cannot invite for this organization' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO organization_members AS m (organization_id, user_id, role, permissions, department, status)
  SELECT p_organization_id, u.id, p_role, coalesce(p_permissions, '{}'), p_department, 'invited'
  FROM users u
  WHERE u.id = p_user_id AND u.status = 'active'
  ON CONFLICT (organization_id, user_id) DO UPDATE
  SET role = excluded.role, permissions = excluded.permissions, department = excluded.department, status = 'invited'
  WHERE m.status <> 'active' AND (m.role <> 'owner' OR v_by_owner);
END
$$;
COMMENT ON FUNCTION invite_member(uuid, uuid, text, jsonb, text) IS 'Asks a user to join an organization. It does not say whether there is such a user.';

CREATE FUNCTION join_organization(p_organization_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE organization_members m
  SET status = 'active', joined_at = now()
  WHERE m.organization_id = p_organization_id AND m.user_id = active_user_id() AND m.status = 'invited';
  RETURN FOUND;
END
$$;
COMMENT ON FUNCTION join_organization(uuid) IS 'Follows an invitation to an organization; false where there is none.';

CREATE FUNCTION leave_organization(p_organization_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_member organization_members%ROWTYPE;
BEGIN
  SELECT m.* INTO v_member
  FROM organization_members m
  WHERE m.organization_id = p_organization_id AND m.user_id = active_user_id() AND m.status <> 'inactive'
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF v_member.role = 'owner' AND v_member.status = 'active' THEN
    -- Two owners leaving at once wait for each other.
    PERFORM FROM organizations o WHERE o.id = p_organization_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
      SELECT
      FROM organization_members m
      WHERE m.organization_id = p_organization_id AND m.role = 'owner' AND m.status = 'active' AND m.id <> v_member.id
    ) THEN
      RAISE EXCEPTION 'the last owner stays' USING ERRCODE = 'restrict_violation', HINT = 'Make somebody else an owner first.';
    END IF;
  END IF;
  UPDATE organization_members m SET status = 'inactive' WHERE m.id = v_member.id;
  RETURN true;
END
$$;
COMMENT ON FUNCTION leave_organization(uuid) IS 'Ends one''s own membership, or declines an invitation to one; false where there is none.';
