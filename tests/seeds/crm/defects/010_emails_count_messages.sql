-- seed-defects 1.2 #10: emails_count is the number of live messages, also after unlinking and deletion
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

INSERT INTO email_threads (id, org_id, thread_id, lead_id) VALUES
  ('a0000000-0000-4000-8000-0000000000e1', 'a0000000-0000-4000-8000-00000000000a', 't1', 'a0000000-0000-4000-8000-0000000000aa');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm1', 'x@example.com', ARRAY['y@example.com'], now());
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000e1', 'm2', 'x@example.com', ARRAY['y@example.com'], now());
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 2, false) THEN
    RAISE EXCEPTION 'defect: messages are not counted';
  END IF;
END
$$;
UPDATE email_messages SET deleted_at = now() WHERE message_id = 'm1' AND org_id = 'a0000000-0000-4000-8000-00000000000a';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 1, false) THEN
    RAISE EXCEPTION 'defect: a deleted message still counts';
  END IF;
END
$$;
UPDATE email_threads SET lead_id = NULL WHERE id = 'a0000000-0000-4000-8000-0000000000e1';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 0, false) THEN
    RAISE EXCEPTION 'defect: an unlinked thread still counts';
  END IF;
END
$$;
UPDATE email_threads SET lead_id = 'a0000000-0000-4000-8000-0000000000aa' WHERE id = 'a0000000-0000-4000-8000-0000000000e1';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 1, false) THEN
    RAISE EXCEPTION 'defect: linking later does not count';
  END IF;
END
$$;
UPDATE email_threads SET deleted_at = now() WHERE id = 'a0000000-0000-4000-8000-0000000000e1';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 0, false) THEN
    RAISE EXCEPTION 'defect: a deleted thread still counts';
  END IF;
END
$$;
UPDATE email_threads SET deleted_at = NULL WHERE id = 'a0000000-0000-4000-8000-0000000000e1';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 1, false) THEN
    RAISE EXCEPTION 'defect: a restored thread does not count';
  END IF;
END
$$;
DELETE FROM email_threads WHERE id = 'a0000000-0000-4000-8000-0000000000e1';
DO $$
BEGIN
  IF NOT coalesce((SELECT emails_count FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa') = 0, false) THEN
    RAISE EXCEPTION 'defect: a thread deleted for good still counts';
  END IF;
END
$$;
