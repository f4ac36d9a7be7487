-- seed-defects 1.2 #55: row level security does not stand in the way of soft delete and restore by UPDATE
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
UPDATE leads SET deleted_at = now() WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NOT NULL FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: the lead was not deleted';
  END IF;
END
$$;
UPDATE leads SET deleted_at = NULL WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NULL FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: the lead was not restored';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
