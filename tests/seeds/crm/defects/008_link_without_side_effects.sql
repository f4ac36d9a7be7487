-- seed-defects 1.2 #8: an import that inserts nothing counts and logs nothing
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

INSERT INTO email_threads (org_id, thread_id, participants) VALUES ('a0000000-0000-4000-8000-00000000000a', 't1', ARRAY['leada@example.com']);
CREATE TEMP TABLE before ON COMMIT DROP AS
SELECT (SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') AS emails, (SELECT count(*) FROM activities) AS activities;
INSERT INTO email_threads (org_id, thread_id, participants) VALUES ('a0000000-0000-4000-8000-00000000000a', 't1', ARRAY['leada@example.com']) ON CONFLICT DO NOTHING;
DO $$
BEGIN
  IF NOT coalesce((SELECT emails = (SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') FROM before), false) THEN
    RAISE EXCEPTION 'defect: a dropped row was counted';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT activities = (SELECT count(*) FROM activities) FROM before), false) THEN
    RAISE EXCEPTION 'defect: a dropped row was logged';
  END IF;
END
$$;
