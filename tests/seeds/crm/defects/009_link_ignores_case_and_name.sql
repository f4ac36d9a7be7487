-- seed-defects 1.2 #9: addresses match whatever their case and with a display name, the oldest lead first
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

INSERT INTO leads (id, org_id, name, email, created_at) VALUES
  ('a0000000-0000-4000-8000-0000000000ab', 'a0000000-0000-4000-8000-00000000000a', 'Older', 'twice@example.com', '2020-01-01'),
  ('a0000000-0000-4000-8000-0000000000ac', 'a0000000-0000-4000-8000-00000000000a', 'Newer', 'Twice@example.com', '2021-01-01');
INSERT INTO email_threads (org_id, thread_id, participants) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 't1', ARRAY['LeadA@Example.com']),
  ('a0000000-0000-4000-8000-00000000000a', 't2', ARRAY['Lead A <leada@example.com>']),
  ('a0000000-0000-4000-8000-00000000000a', 't3', ARRAY['TWICE@example.com']);
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(lead_id IS NOT DISTINCT FROM 'a0000000-0000-4000-8000-0000000000aa') FROM email_threads WHERE thread_id IN ('t1', 't2') AND org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: case or display name hides the lead';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT lead_id = 'a0000000-0000-4000-8000-0000000000ab' FROM email_threads WHERE thread_id = 't3' AND org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: not the oldest lead';
  END IF;
END
$$;
