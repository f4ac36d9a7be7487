-- seed-defects 1.2 #42: search_all runs as its owner, and finds for a user what the policies let that user see
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
  IF (SELECT array_agg(entity_id) FROM search_all('a0000000-0000-4000-8000-00000000000a', 'lead')) IS DISTINCT FROM ARRAY['a0000000-0000-4000-8000-0000000000aa'::uuid] THEN
    RAISE EXCEPTION 'defect: a member does not find the lead';
  END IF;
  IF EXISTS (SELECT FROM search_all('b0000000-0000-4000-8000-00000000000b', 'lead')) THEN
    RAISE EXCEPTION 'defect: leads of another tenant are found';
  END IF;
END
$$;
-- Claims of nobody in particular.
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF EXISTS (SELECT FROM search_all('a0000000-0000-4000-8000-00000000000a', 'lead')) THEN
    RAISE EXCEPTION 'defect: leads are found without claims';
  END IF;
END
$$;
RESET ROLE;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM search_all('b0000000-0000-4000-8000-00000000000b', 'lead')) THEN
    RAISE EXCEPTION 'defect: the operator finds nothing';
  END IF;
  IF has_function_privilege('anon', 'search_all(uuid, text)', 'EXECUTE') THEN
    RAISE EXCEPTION 'defect: anybody may search';
  END IF;
END
$$;
