-- seed-defects 1.2 #37: times of deleted leads do not show, and a tenant without leads has a row
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

INSERT INTO organizations (id, name, slug) VALUES ('c0000000-0000-4000-8000-00000000000c', 'Empty', 'defect-tenant-c');
INSERT INTO leads (org_id, name, created_at, deleted_at) VALUES ('a0000000-0000-4000-8000-00000000000a', 'Gone', '2099-01-01', now());
REFRESH MATERIALIZED VIEW lead_stats;
DO $$
BEGIN
  IF NOT coalesce((SELECT last_lead_created_at < '2099-01-01' FROM lead_stats WHERE org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: a deleted lead is the latest';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT total_leads = 0 FROM lead_stats WHERE org_id = 'c0000000-0000-4000-8000-00000000000c'), false) THEN
    RAISE EXCEPTION 'defect: a tenant without leads is missing';
  END IF;
END
$$;
