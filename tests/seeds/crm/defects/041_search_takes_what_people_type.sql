-- seed-defects 1.2 #41: search_all raises nothing, whatever is typed
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

INSERT INTO leads (id, org_id, name) VALUES ('a0000000-0000-4000-8000-0000000000ab', 'a0000000-0000-4000-8000-00000000000a', 'John Developer');
DO $$
BEGIN
  IF NOT coalesce(EXISTS (SELECT FROM search_all('a0000000-0000-4000-8000-00000000000a', 'john developer') s WHERE s.entity_id = 'a0000000-0000-4000-8000-0000000000ab'), false) THEN
    RAISE EXCEPTION 'defect: two words do not find the lead';
  END IF;
END
$$;
SELECT count(*) FROM search_all('a0000000-0000-4000-8000-00000000000a', '&');
SELECT count(*) FROM search_all('a0000000-0000-4000-8000-00000000000a', 'a ( "b');
