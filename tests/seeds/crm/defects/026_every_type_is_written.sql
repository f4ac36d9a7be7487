-- seed-defects 1.2 #26: each of the 27 activity types has a writer
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

UPDATE leads SET status = 'contacted', company = 'Acme' WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
INSERT INTO notes (org_id, lead_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'one');
UPDATE notes SET content = 'two' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
UPDATE notes SET deleted_at = now() WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'one');
UPDATE tasks SET title = 'two' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
UPDATE tasks SET status = 'completed' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
UPDATE tasks SET deleted_at = now() WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
INSERT INTO deals (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'one');
UPDATE deals SET stage = 'qualified', title = 'two' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
UPDATE deals SET deleted_at = now() WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
INSERT INTO email_threads (id, org_id, thread_id, lead_id) VALUES
  ('a0000000-0000-4000-8000-0000000000e1', 'a0000000-0000-4000-8000-00000000000a', 't1', 'a0000000-0000-4000-8000-0000000000aa');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, is_from_me, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm1', 'x@example.com', ARRAY['y@example.com'], true, '2026-01-01'),
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm2', 'y@example.com', ARRAY['x@example.com'], false, '2026-01-02'),
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm3', 'x@example.com', ARRAY['y@example.com'], true, '2026-01-03');
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'lead', 'a0000000-0000-4000-8000-0000000000aa', 'lead.txt', 'text/plain', 1, 'x');
UPDATE attachments SET deleted_at = now() WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
UPDATE leads SET deleted_at = now() WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
INSERT INTO user_orgs (user_id, org_id) VALUES ('b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a');
DELETE FROM user_orgs WHERE user_id = 'b0000000-0000-4000-8000-000000000001' AND org_id = 'a0000000-0000-4000-8000-00000000000a';
SELECT log_call('a0000000-0000-4000-8000-0000000000aa', 'A call', 60);
SELECT log_meeting('a0000000-0000-4000-8000-0000000000aa', 'A meeting', now());
SELECT log_meeting('a0000000-0000-4000-8000-0000000000aa', 'A meeting', now(), true);
SELECT log_integration('a0000000-0000-4000-8000-00000000000a', 'gmail');
SELECT log_integration('a0000000-0000-4000-8000-00000000000a', 'gmail', 'token expired');
DO $$
DECLARE
  v_missing text;
BEGIN
  SELECT string_agg(t.t, ', ') INTO v_missing
  FROM unnest(ARRAY[
    'lead_created', 'lead_updated', 'lead_status_changed', 'lead_deleted', 'note_created',
    'note_updated', 'note_deleted', 'task_created', 'task_updated', 'task_completed',
    'task_deleted', 'deal_created', 'deal_updated', 'deal_stage_changed', 'deal_deleted',
    'email_sent', 'email_received', 'email_replied', 'call_logged', 'meeting_scheduled',
    'meeting_completed', 'file_uploaded', 'file_deleted', 'user_invited', 'user_removed',
    'integration_connected', 'integration_error'
  ]) t (t)
  WHERE NOT EXISTS (SELECT FROM activities a WHERE a.org_id = 'a0000000-0000-4000-8000-00000000000a' AND a.activity_type = t.t);
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'defect: nothing writes %', v_missing;
  END IF;
END
$$;
