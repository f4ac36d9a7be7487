-- seed-defects 1.2 #23: an account without a row in users can change a status
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

SELECT set_config('request.jwt.claims', '{"sub": "c0000000-0000-4000-8000-000000000001"}', true);
UPDATE leads SET status = 'contacted' WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
DO $$
BEGIN
  IF NOT coalesce(EXISTS (SELECT FROM activities WHERE entity_id = 'a0000000-0000-4000-8000-0000000000aa' AND activity_type = 'lead_status_changed' AND user_id IS NULL), false) THEN
    RAISE EXCEPTION 'defect: the change is not logged';
  END IF;
END
$$;
