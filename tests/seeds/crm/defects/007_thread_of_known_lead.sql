-- seed-defects 1.2 #7: a thread of a known contact can be stored, is linked and logged
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

INSERT INTO email_threads (org_id, thread_id, subject, participants) VALUES ('a0000000-0000-4000-8000-00000000000a', 't1', 'Hello', ARRAY['leada@example.com']);
DO $$
BEGIN
  IF NOT coalesce((SELECT lead_id = 'a0000000-0000-4000-8000-0000000000aa' FROM email_threads WHERE org_id = 'a0000000-0000-4000-8000-00000000000a' AND thread_id = 't1'), false) THEN
    RAISE EXCEPTION 'defect: the thread is not linked';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce(EXISTS (SELECT FROM activities WHERE lead_id = 'a0000000-0000-4000-8000-0000000000aa' AND activity_type = 'email_received'), false) THEN
    RAISE EXCEPTION 'defect: the thread is not logged';
  END IF;
END
$$;
