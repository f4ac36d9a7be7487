-- seed-defects 1.2 #44: valid_email takes apostrophes and punycode, and no misplaced dots
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

INSERT INTO leads (org_id, name, email) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Apostrophe', 'o''brien@example.com'),
  ('a0000000-0000-4000-8000-00000000000a', 'Punycode', 'a@xn--e1aybc.xn--p1ai'),
  ('a0000000-0000-4000-8000-00000000000a', 'Plain', 'valid@example.com'),
  ('a0000000-0000-4000-8000-00000000000a', 'None', NULL);
DO $$
DECLARE
  v_email text;
BEGIN
  FOREACH v_email IN ARRAY ARRAY['invalid-email', 'a..b@example.com', '.a@example.com', 'a@b..com', 'a@-b.com', 'a@b-.com'] LOOP
    BEGIN
      INSERT INTO leads (org_id, name, email) VALUES ('a0000000-0000-4000-8000-00000000000a', 'Wrong', v_email);
      RAISE EXCEPTION 'defect: % was accepted', v_email;
    EXCEPTION WHEN check_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;
