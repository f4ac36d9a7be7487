-- seed-defects 1.2 #18: a user works with every table of his tenant, and not with maintained columns
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
INSERT INTO leads (id, org_id, name) VALUES ('a0000000-0000-4000-8000-0000000000ab', 'a0000000-0000-4000-8000-00000000000a', 'New');
UPDATE leads SET status = 'contacted' WHERE id = 'a0000000-0000-4000-8000-0000000000ab';
INSERT INTO notes (org_id, lead_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000ab', 'x');
INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000ab', 'x');
INSERT INTO deals (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000ab', 'x');
INSERT INTO email_threads (id, org_id, thread_id, lead_id) VALUES
  ('a0000000-0000-4000-8000-0000000000e1', 'a0000000-0000-4000-8000-00000000000a', 't1', 'a0000000-0000-4000-8000-0000000000aa');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm1', 'x@example.com', ARRAY['y@example.com'], now());
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path, uploaded_by) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'lead', 'a0000000-0000-4000-8000-0000000000aa', 'lead.txt', 'text/plain', 1, 'x', 'a0000000-0000-4000-8000-000000000001');
SELECT count(*) FROM search_all('a0000000-0000-4000-8000-00000000000a', 'new');
SELECT log_call('a0000000-0000-4000-8000-0000000000aa', 'A call');
SELECT count(*) FROM tasks_active, notes_active, deals_active, leads_active;
DO $$
BEGIN
  UPDATE leads SET notes_count = 99 WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
  RAISE EXCEPTION 'defect: a user sets a counter';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE leads SET org_id = 'b0000000-0000-4000-8000-00000000000b' WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
  RAISE EXCEPTION 'defect: a user moves a lead';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT (notes_count, tasks_count, open_tasks_count) = (1, 1, 1) FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000ab'), false) THEN
    RAISE EXCEPTION 'defect: the counters did not move';
  END IF;
END
$$;
