-- seed-defects 1.2 #20: a user cannot call what only triggers call
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
  PERFORM add_to_lead_counters(ARRAY['b0000000-0000-4000-8000-0000000000bb'::uuid], ARRAY[5], NULL, NULL, NULL);
  RAISE EXCEPTION 'defect: a helper can be called';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM write_activity('b0000000-0000-4000-8000-00000000000b', 'lead_deleted', 'lead', 'b0000000-0000-4000-8000-0000000000bb', 'b0000000-0000-4000-8000-0000000000bb', 'Forged', '{}');
  RAISE EXCEPTION 'defect: a helper can be called';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM set_deleted_at('leads', 'b0000000-0000-4000-8000-0000000000bb', NULL, now());
  RAISE EXCEPTION 'defect: a helper can be called';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM recount_lead('b0000000-0000-4000-8000-0000000000bb');
  RAISE EXCEPTION 'defect: a helper can be called';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
