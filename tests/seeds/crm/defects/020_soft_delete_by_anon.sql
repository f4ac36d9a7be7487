-- seed-defects 1.2 #20: nobody deletes or restores without a login, and no table outside the eight
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

UPDATE leads SET deleted_at = now() WHERE id = 'b0000000-0000-4000-8000-0000000000bb';
SET LOCAL ROLE anon;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  PERFORM restore_record('leads', 'b0000000-0000-4000-8000-0000000000bb');
EXCEPTION WHEN no_data_found OR insufficient_privilege OR invalid_parameter_value OR undefined_function THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM soft_delete('organizations', 'b0000000-0000-4000-8000-00000000000b');
EXCEPTION WHEN no_data_found OR insufficient_privilege OR invalid_parameter_value OR undefined_function THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NOT NULL FROM leads WHERE id = 'b0000000-0000-4000-8000-0000000000bb'), false) THEN
    RAISE EXCEPTION 'defect: anon restored a lead';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NULL FROM organizations WHERE id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: anon deleted an organization';
  END IF;
END
$$;
