-- seed-defects 1.2 #27: the last entries of one organization are those of one organization
-- Two tenants, each with a user and a lead.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO user_orgs (user_id, org_id, role) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'member'),
  ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000b', 'owner');
INSERT INTO leads (id, org_id, name, email) VALUES
  ('a0000000-0000-4000-8000-0000000000aa', 'a0000000-0000-4000-8000-00000000000a', 'Lead A', 'leada@example.com'),
  ('b0000000-0000-4000-8000-0000000000bb', 'b0000000-0000-4000-8000-00000000000b', 'Lead B', 'leadb@example.com');
UPDATE leads SET status = 'contacted' WHERE org_id IN ('a0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-00000000000b');

-- on the seed:
DO $$
DECLARE
  v_tenants bigint;
BEGIN
  -- The document's query with org_id beside its columns. organizations has none: the name is taken from activities.
  SELECT count(DISTINCT q.org_id) INTO v_tenants
  FROM (
    SELECT
      a.org_id,
      a.activity_type,
      a.description,
      a.created_at,
      u.full_name as user_name
    FROM activities a
    LEFT JOIN users u ON u.id = a.user_id
    WHERE a.org_id = (SELECT org_id FROM organizations LIMIT 1)
    ORDER BY a.created_at DESC
    LIMIT 10
  ) q;
  IF v_tenants <> 1 THEN
    RAISE EXCEPTION 'defect: the entries of % organizations are shown', v_tenants;
  END IF;
END
$$;
-- on ours:
DO $$
DECLARE
  v_tenants bigint;
BEGIN
  SELECT count(DISTINCT q.org_id) INTO v_tenants
  FROM (
    SELECT a.org_id, a.activity_type, a.description, a.created_at, u.full_name
    FROM activities a
    LEFT JOIN users u ON u.id = a.user_id
    WHERE a.org_id = (SELECT o.id FROM organizations o WHERE o.slug = 'defect-tenant-a')
    ORDER BY a.created_at DESC, a.id DESC
    LIMIT 10
  ) q;
  IF v_tenants <> 1 THEN
    RAISE EXCEPTION 'defect: the entries of % organizations are shown', v_tenants;
  END IF;
END
$$;
