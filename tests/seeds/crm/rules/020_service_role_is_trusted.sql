-- seed-defects 1.2 #20: the service role deletes for any tenant; a claim that says service_role does not help a user
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

SET LOCAL ROLE service_role;
SELECT set_config('request.jwt.claims', '', true);
SELECT soft_delete('leads', 'b0000000-0000-4000-8000-0000000000bb');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NOT NULL FROM leads WHERE id = 'b0000000-0000-4000-8000-0000000000bb'), false) THEN
    RAISE EXCEPTION 'defect: the service role could not delete';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"role": "service_role"}', true);
DO $$
BEGIN
  PERFORM restore_record('leads', 'b0000000-0000-4000-8000-0000000000bb');
EXCEPTION WHEN no_data_found OR insufficient_privilege OR invalid_parameter_value OR undefined_function THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT deleted_at IS NOT NULL FROM leads WHERE id = 'b0000000-0000-4000-8000-0000000000bb'), false) THEN
    RAISE EXCEPTION 'defect: a claim was believed';
  END IF;
END
$$;
