-- seed-defects 1.2 #54: an organization can be deleted for good with everything in it
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

INSERT INTO notes (id, org_id, lead_id, content, deleted_at) VALUES
  ('a0000000-0000-4000-8000-0000000000d1', 'a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'falls', NULL),
  ('a0000000-0000-4000-8000-0000000000d2', 'a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'fell before', '2020-01-01');
INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'falls');
INSERT INTO deals (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'falls');
INSERT INTO email_threads (id, org_id, thread_id, lead_id) VALUES
  ('a0000000-0000-4000-8000-0000000000e1', 'a0000000-0000-4000-8000-00000000000a', 't1', 'a0000000-0000-4000-8000-0000000000aa');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm1', 'x@example.com', ARRAY['y@example.com'], now());
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'lead', 'a0000000-0000-4000-8000-0000000000aa', 'lead.txt', 'text/plain', 1, 'x'),
  ('a0000000-0000-4000-8000-00000000000a', 'note', 'a0000000-0000-4000-8000-0000000000d1', 'note.txt', 'text/plain', 1, 'x');
DELETE FROM organizations WHERE id = 'a0000000-0000-4000-8000-00000000000a';
SET CONSTRAINTS ALL IMMEDIATE;
DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (SELECT FROM activities WHERE org_id = 'a0000000-0000-4000-8000-00000000000a') AND EXISTS (SELECT FROM leads WHERE id = 'b0000000-0000-4000-8000-0000000000bb'), false) THEN
    RAISE EXCEPTION 'defect: too little or too much is gone';
  END IF;
END
$$;
