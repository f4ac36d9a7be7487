-- seed-defects 1.2 #28: children of a lead deleted for good lose the lead and keep the organization
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

INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'stays');
INSERT INTO deals (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'stays');
INSERT INTO email_threads (id, org_id, thread_id, lead_id) VALUES
  ('a0000000-0000-4000-8000-0000000000e1', 'a0000000-0000-4000-8000-00000000000a', 't1', 'a0000000-0000-4000-8000-0000000000aa');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm1', 'x@example.com', ARRAY['y@example.com'], now());
INSERT INTO notes (org_id, lead_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'goes');
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path, uploaded_by) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'lead', 'a0000000-0000-4000-8000-0000000000aa', 'lead.txt', 'text/plain', 1, 'x', 'a0000000-0000-4000-8000-000000000001');
DELETE FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
SET CONSTRAINTS ALL IMMEDIATE;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 3 AND bool_and(lead_id IS NULL) FROM (SELECT lead_id FROM tasks WHERE org_id = 'a0000000-0000-4000-8000-00000000000a' UNION ALL SELECT lead_id FROM deals WHERE org_id = 'a0000000-0000-4000-8000-00000000000a' UNION ALL SELECT lead_id FROM email_threads WHERE org_id = 'a0000000-0000-4000-8000-00000000000a') r), false) THEN
    RAISE EXCEPTION 'defect: a child is gone or still linked';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce(NOT EXISTS (SELECT FROM attachments WHERE org_id = 'a0000000-0000-4000-8000-00000000000a') AND NOT EXISTS (SELECT FROM notes WHERE org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: an orphan remains';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) > 0 AND bool_and(lead_id IS NULL) FROM activities WHERE org_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: the trail is gone or still linked';
  END IF;
END
$$;
