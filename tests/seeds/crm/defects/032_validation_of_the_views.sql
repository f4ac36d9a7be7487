-- seed-defects 1.2 #32: the active views are tried as the user whose rights they are about
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

-- on the seed:
-- The document's own validation: it is to show that the policies hold, with claims that name nobody.
SET LOCAL ROLE authenticated;
SET LOCAL "request.jwt.claims" TO '{"sub": "test-user-id"}';
DO $$
BEGIN
  PERFORM * FROM leads_active LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'defect: nobody sees a lead, and the validation passes';
  END IF;
END
$$;
RESET ROLE;
-- on ours:
SET LOCAL ROLE authenticated;
SET LOCAL "request.jwt.claims" TO '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}';
DO $$
BEGIN
  IF (SELECT array_agg(name) FROM leads_active) IS DISTINCT FROM ARRAY['Lead A'] THEN
    RAISE EXCEPTION 'defect: a member does not see exactly the leads of the organization';
  END IF;
END
$$;
SET LOCAL "request.jwt.claims" TO '{"sub": "c0000000-0000-4000-8000-000000000001", "role": "authenticated"}';
DO $$
BEGIN
  IF EXISTS (SELECT FROM leads_active) THEN
    RAISE EXCEPTION 'defect: somebody who belongs nowhere sees a lead';
  END IF;
END
$$;
RESET ROLE;
