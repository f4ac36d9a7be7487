/*---
title    = "Triggers that are gone or switched off"
severity = "error"
category = "counters"
about    = "schema"
why      = "Counters, search vectors, the trail and updated_at are kept by triggers alone. Without one of them its data begins to lie, silently."
---*/
WITH expected (name, trigger, calls) AS (VALUES
  ('activities', 'activity_touches_lead', 'touch_leads'),
  ('attachments', 'attachment_activity_log', 'log_attachment_activity'),
  ('attachments', 'attachment_activity_log_on_update', 'log_attachment_activity'),
  ('attachments', 'attachment_target', 'check_attachment_target'),
  ('deals', 'deal_attachments', 'delete_attachments_of'),
  ('deals', 'deal_changed_activity', 'log_changed'),
  ('deals', 'deal_created_activity', 'log_created'),
  ('deals', 'deal_removed_activity', 'log_removed'),
  ('deals', 'deal_stage_change_activity', 'log_deal_stage_change'),
  ('deals', 'update_deals_updated_at', 'update_updated_at_column'),
  ('email_messages', 'email_attachments', 'delete_attachments_of'),
  ('email_messages', 'email_message_changed_activity', 'log_changed'),
  ('email_messages', 'email_message_logged', 'log_email_message'),
  ('email_messages', 'email_message_removed_activity', 'log_removed'),
  ('email_messages', 'email_messages_search_update', 'email_messages_search_vector_update'),
  ('email_messages', 'update_thread_timestamp', 'update_thread_last_message'),
  ('email_messages', 'update_thread_timestamp_on_delete', 'update_thread_last_message'),
  ('email_messages', 'update_thread_timestamp_on_update', 'update_thread_last_message'),
  ('email_threads', 'auto_link_email_thread', 'auto_link_email_to_lead'),
  ('email_threads', 'email_thread_changed_activity', 'log_changed'),
  ('email_threads', 'email_thread_counts', 'move_thread_emails'),
  ('email_threads', 'email_thread_counts_on_delete', 'move_thread_emails'),
  ('email_threads', 'email_thread_logged', 'log_email_thread'),
  ('email_threads', 'email_thread_removed_activity', 'log_removed'),
  ('email_threads', 'update_email_threads_updated_at', 'update_updated_at_column'),
  ('leads', 'lead_attachments', 'delete_attachments_of'),
  ('leads', 'lead_changed_activity', 'log_changed'),
  ('leads', 'lead_created_activity', 'log_created'),
  ('leads', 'lead_removed_activity', 'log_removed'),
  ('leads', 'lead_status_change_activity', 'log_lead_status_change'),
  ('leads', 'leads_search_update', 'leads_search_vector_update'),
  ('leads', 'update_leads_updated_at', 'update_updated_at_column'),
  ('notes', 'note_attachments', 'delete_attachments_of'),
  ('notes', 'note_changed_activity', 'log_changed'),
  ('notes', 'note_created_activity', 'log_created'),
  ('notes', 'note_removed_activity', 'log_removed'),
  ('notes', 'notes_search_update', 'notes_search_vector_update'),
  ('notes', 'update_lead_notes_count', 'update_lead_counters'),
  ('notes', 'update_lead_notes_count_on_delete', 'update_lead_counters'),
  ('notes', 'update_lead_notes_count_on_update', 'update_lead_counters'),
  ('notes', 'update_notes_updated_at', 'update_updated_at_column'),
  ('organizations', 'update_organizations_updated_at', 'update_updated_at_column'),
  ('tasks', 'task_attachments', 'delete_attachments_of'),
  ('tasks', 'task_changed_activity', 'log_changed'),
  ('tasks', 'task_completion_activity', 'log_task_completion'),
  ('tasks', 'task_created_activity', 'log_created'),
  ('tasks', 'task_removed_activity', 'log_removed'),
  ('tasks', 'update_lead_tasks_count', 'update_lead_counters'),
  ('tasks', 'update_lead_tasks_count_on_delete', 'update_lead_counters'),
  ('tasks', 'update_lead_tasks_count_on_update', 'update_lead_counters'),
  ('tasks', 'update_tasks_updated_at', 'update_updated_at_column'),
  ('user_orgs', 'membership_activity', 'log_membership'),
  ('user_orgs', 'membership_activity_on_update', 'log_membership'),
  ('users', 'update_users_updated_at', 'update_updated_at_column')
),
wanted AS (
  SELECT e.name, e.trigger, e.calls FROM expected e
  UNION ALL
  -- Before 15 a foreign key cannot set one column of two to NULL: a trigger does.
  SELECT 'leads', 'A lead leaves its children', 'unlink_lead'
  WHERE pg_catalog.current_setting('server_version_num')::integer < 150000
)
SELECT
  format('%I.%I.%I', current_schema(), w.name, w.trigger) AS object,
  CASE
    WHEN t.oid IS NULL THEN 'the trigger is missing'
    WHEN t.tgenabled = 'D' THEN 'the trigger is disabled'
    WHEN t.tgenabled = 'R' THEN 'the trigger fires on a replica only'
    ELSE format('the trigger calls %s, not %s', p.proname, w.calls)
  END AS detail,
  CASE WHEN t.tgenabled IN ('D', 'R')
    THEN format('ALTER TABLE %I.%I ENABLE TRIGGER %I', current_schema(), w.name, w.trigger)
    ELSE 'Create it again, as the migrations have it'
  END || '; then look for what it has missed' AS fix
FROM wanted w
LEFT JOIN pg_catalog.pg_class c
  ON c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema()))
  AND c.relname = w.name
  AND c.relkind IN ('r', 'p')
LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = w.trigger AND NOT t.tgisinternal
LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE t.oid IS NULL OR t.tgenabled IN ('D', 'R') OR p.proname <> w.calls
/*--- plant
-- finds: crm.leads.update_leads_updated_at
-- finds: crm.notes.update_lead_notes_count
-- finds: crm.tasks.task_changed_activity
DROP TRIGGER update_leads_updated_at ON leads;
ALTER TABLE notes DISABLE TRIGGER update_lead_notes_count;
ALTER TABLE tasks ENABLE REPLICA TRIGGER task_changed_activity;
---*/
