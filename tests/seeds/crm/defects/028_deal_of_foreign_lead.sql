-- seed-defects 1.2 #28: a deal cannot refer to the lead of another tenant
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

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO deals (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-0000000000bb', 'crossed');
EXCEPTION WHEN foreign_key_violation OR insufficient_privilege OR check_violation THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (SELECT FROM deals WHERE org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: a row refers to another tenant';
  END IF;
END
$$;
