-- Who sees and changes what. Policies are for the role authenticated, by name; anon gets nothing (seed-defects 1.2 #57).
-- They do not look at deleted_at: one that hid deleted rows would forbid the very UPDATE that deletes (seed-defects 1.2 #55).
-- Every UPDATE policy has a WITH CHECK, so a row cannot be pushed into another organization (seed-defects 1.2 #29).
--
-- Not FORCE: the owner is the role that installed the system, whose definer functions and console see every row by design.
-- With FORCE they would need a policy that is always true, and in return pg_dump and row_security = off would fail for an
-- owner who is no superuser. The application must not log in as owner.

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_orgs ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_threads ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users can view members of their organizations" ON users FOR SELECT TO authenticated
USING (
  id = (SELECT auth.uid())
  OR EXISTS (SELECT FROM user_orgs m WHERE m.user_id = users.id AND m.org_id IN (SELECT my_org_ids()))
);
CREATE POLICY "Users can update themselves" ON users FOR UPDATE TO authenticated
USING (id = (SELECT auth.uid()))
WITH CHECK (id = (SELECT auth.uid()));

CREATE POLICY "Users can view their organizations" ON organizations FOR SELECT TO authenticated
USING (id IN (SELECT my_org_ids()));
CREATE POLICY "Owners and admins can update their organizations" ON organizations FOR UPDATE TO authenticated
USING (id IN (SELECT my_org_ids(ARRAY['owner', 'admin'])))
WITH CHECK (id IN (SELECT my_org_ids(ARRAY['owner', 'admin'])));

CREATE POLICY "Users can view memberships of their organizations" ON user_orgs FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
-- An admin makes nobody an owner, and removes none.
CREATE POLICY "Owners and admins can invite" ON user_orgs FOR INSERT TO authenticated
WITH CHECK (
  org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin']))
  AND (role <> 'owner' OR org_id IN (SELECT my_org_ids(ARRAY['owner'])))
);
CREATE POLICY "Owners and admins can change roles" ON user_orgs FOR UPDATE TO authenticated
USING (
  org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin']))
  AND (role <> 'owner' OR org_id IN (SELECT my_org_ids(ARRAY['owner'])))
)
WITH CHECK (
  org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin']))
  AND (role <> 'owner' OR org_id IN (SELECT my_org_ids(ARRAY['owner'])))
);
CREATE POLICY "Owners and admins can remove members, members can leave" ON user_orgs FOR DELETE TO authenticated
USING (
  user_id = (SELECT auth.uid())
  OR (
    org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin']))
    AND (role <> 'owner' OR org_id IN (SELECT my_org_ids(ARRAY['owner'])))
  )
);

CREATE POLICY "Users can view leads from their organizations" ON leads FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert leads in their organizations" ON leads FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can update leads in their organizations" ON leads FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view tasks from their organizations" ON tasks FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert tasks in their organizations" ON tasks FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can update tasks in their organizations" ON tasks FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view notes from their organizations" ON notes FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert notes in their organizations" ON notes FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()) AND (created_by IS NULL OR created_by = (SELECT auth.uid())));
CREATE POLICY "Users can update notes in their organizations" ON notes FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view deals from their organizations" ON deals FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert deals in their organizations" ON deals FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can update deals in their organizations" ON deals FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

-- No INSERT policy: a member could otherwise sign an entry with another user's name (seed-defects 1.2 #24). log_activity writes.
CREATE POLICY "Users can view activities from their organizations" ON activities FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view email threads from their organizations" ON email_threads FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert email threads in their organizations" ON email_threads FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can update email threads in their organizations" ON email_threads FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view email messages from their organizations" ON email_messages FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert email messages in their organizations" ON email_messages FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can update email messages in their organizations" ON email_messages FOR UPDATE TO authenticated
USING (org_id IN (SELECT my_org_ids()))
WITH CHECK (org_id IN (SELECT my_org_ids()));

CREATE POLICY "Users can view attachments from their organizations" ON attachments FOR SELECT TO authenticated
USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY "Users can insert attachments in their organizations" ON attachments FOR INSERT TO authenticated
WITH CHECK (org_id IN (SELECT my_org_ids()) AND (uploaded_by IS NULL OR uploaded_by = (SELECT auth.uid())));
CREATE POLICY "Users can delete their own attachments" ON attachments FOR UPDATE TO authenticated
USING (
  org_id IN (SELECT my_org_ids())
  AND (uploaded_by = (SELECT auth.uid()) OR org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin'])))
)
WITH CHECK (
  org_id IN (SELECT my_org_ids())
  AND (uploaded_by = (SELECT auth.uid()) OR org_id IN (SELECT my_org_ids(ARRAY['owner', 'admin'])))
);

-- Default privileges of the database may have granted more than this.
REVOKE ALL ON users, organizations, user_orgs, leads, tasks, notes, deals, activities, email_threads, email_messages, attachments,
  lead_stats, task_stats, deal_stats, my_lead_stats, my_task_stats, my_deal_stats
FROM PUBLIC, anon, authenticated;
GRANT SELECT ON users, organizations, user_orgs, leads, tasks, notes, deals, activities, email_threads, email_messages, attachments,
  my_lead_stats, my_task_stats, my_deal_stats
TO authenticated;
-- Only what a user enters: not the organization of a row, not counters and vectors, and no DELETE (seed-defects 1.2 #54).
GRANT UPDATE (full_name, avatar_url, metadata) ON users TO authenticated;
GRANT UPDATE (name, settings) ON organizations TO authenticated;
GRANT INSERT (user_id, org_id, role), UPDATE (role), DELETE ON user_orgs TO authenticated;
GRANT INSERT (id, org_id, name, email, phone, company, status, sentiment, source, notes),
  UPDATE (name, email, phone, company, status, sentiment, source, notes, deleted_at) ON leads TO authenticated;
GRANT INSERT (id, org_id, lead_id, title, description, status, priority, due_date, assigned_to, is_recurring, recurrence_rule),
  UPDATE (lead_id, title, description, status, priority, due_date, assigned_to, is_recurring, recurrence_rule, deleted_at)
  ON tasks TO authenticated;
GRANT INSERT (id, org_id, lead_id, content, created_by), UPDATE (lead_id, content, deleted_at) ON notes TO authenticated;
GRANT INSERT (id, org_id, lead_id, title, stage, value, probability, expected_close_date),
  UPDATE (lead_id, title, stage, value, probability, expected_close_date, deleted_at) ON deals TO authenticated;
GRANT INSERT (id, org_id, thread_id, provider, subject, snippet, lead_id, participants, labels, is_read, is_starred, is_important),
  UPDATE (subject, snippet, lead_id, participants, labels, is_read, is_starred, is_important, deleted_at)
  ON email_threads TO authenticated;
GRANT INSERT (id, org_id, thread_id, message_id, from_email, from_name, to_emails, cc_emails, bcc_emails, subject, body_text, body_html,
    is_from_me, has_attachments, attachment_count, sentiment, sent_at, received_at),
  UPDATE (has_attachments, attachment_count, sentiment, deleted_at)
  ON email_messages TO authenticated;
GRANT INSERT (id, org_id, entity_type, entity_id, filename, mime_type, file_size, storage_provider, storage_path, storage_url, uploaded_by),
  UPDATE (filename, deleted_at) ON attachments TO authenticated;
GRANT ALL ON users, organizations, user_orgs, leads, tasks, notes, deals, activities, email_threads, email_messages, attachments
TO service_role;
GRANT SELECT ON lead_stats, task_stats, deal_stats, my_lead_stats, my_task_stats, my_deal_stats TO service_role;

-- Every function is executable by everybody until somebody says otherwise.
REVOKE ALL ON FUNCTION
  update_updated_at_column(), my_org_ids(text[]), is_trusted(), may_act_for(uuid),
  actor_id(), actor_note(), write_activity(uuid, text, text, uuid, uuid, text, jsonb),
  log_activity(uuid, text, text, uuid, uuid, text, jsonb), log_call(uuid, text, integer),
  log_meeting(uuid, text, timestamptz, boolean), log_integration(uuid, text, text), touch_leads(),
  check_attachment_target(), delete_attachments_of(),
  address_words(text), leads_search_vector_update(), notes_search_vector_update(), email_messages_search_vector_update(),
  search_all(uuid, text),
  add_to_lead_counters(uuid[], integer[], integer[], integer[], integer[]), update_lead_counters(),
  count_thread_messages(uuid[], integer[]), update_thread_last_message(), move_thread_emails(), recount_lead(uuid),
  changed_columns(jsonb, jsonb), row_label(jsonb), log_created(), log_changed(), log_removed(), log_lead_status_change(),
  log_task_completion(), log_deal_stage_change(), log_attachment_activity(), log_membership(),
  auto_link_email_to_lead(), log_email_thread(), log_email_message(),
  soft_deletable(text), lock_soft_deletable(text, uuid), set_deleted_at(text, uuid, timestamptz, timestamptz),
  soft_delete(text, uuid), restore_record(text, uuid),
  refresh_stats(text), refresh_all_stats(), refresh_lead_stats(), create_active_view(text)
FROM PUBLIC, anon, authenticated;
-- The first three are read by policies and views; address_words runs in a trigger that is not a definer function.
GRANT EXECUTE ON FUNCTION
  my_org_ids(text[]), is_trusted(), may_act_for(uuid), address_words(text),
  log_activity(uuid, text, text, uuid, uuid, text, jsonb), log_call(uuid, text, integer),
  log_meeting(uuid, text, timestamptz, boolean), log_integration(uuid, text, text),
  search_all(uuid, text), soft_delete(text, uuid), restore_record(text, uuid)
TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION recount_lead(uuid), refresh_all_stats() TO service_role;

-- Noted on the table, so that the way back takes away what was given here and nothing else.
DO $$
DECLARE
  v_role text;
  v_granted text[] := '{}';
BEGIN
  FOREACH v_role IN ARRAY ARRAY['authenticated', 'service_role'] LOOP
    IF NOT has_schema_privilege(v_role, to_regnamespace(quote_ident(current_schema())), 'USAGE') THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), v_role);
      v_granted := v_granted || v_role;
    END IF;
  END LOOP;
  EXECUTE format('COMMENT ON TABLE user_orgs IS %L', 'Who belongs to which organization. pgdeck granted USAGE to: ' || array_to_string(v_granted, ','));
END
$$;
