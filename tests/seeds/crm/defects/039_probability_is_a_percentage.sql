-- seed-defects 1.2 #39: a probability is 0 to 100 and not NULL
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

DO $$
BEGIN
  INSERT INTO deals (org_id, title, value, probability) VALUES ('a0000000-0000-4000-8000-00000000000a', 'too sure', 10, 250);
  RAISE EXCEPTION 'defect: a probability of 250 was accepted';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO deals (org_id, title, value, probability) VALUES ('a0000000-0000-4000-8000-00000000000a', 'unsure', 10, NULL);
  RAISE EXCEPTION 'defect: no probability was accepted';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
