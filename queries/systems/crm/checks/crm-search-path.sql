/*---
title    = "Functions that do not say where they look"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers, policies and definer functions run for anybody. Without a pinned search_path whoever calls chooses which tables they write to."
shared   = ["paths"]
---*/
SELECT
  f.object,
  f.detail,
  f.fix,
  f.weight
FROM paths f
WHERE f.proname IN (
  'actor_id', 'actor_note', 'add_to_lead_counters', 'address_words', 'auto_link_email_to_lead', 'changed_columns',
  'check_attachment_target', 'count_thread_messages', 'create_active_view', 'delete_attachments_of',
  'email_messages_search_vector_update', 'is_trusted', 'leads_search_vector_update', 'lock_soft_deletable', 'log_activity',
  'log_attachment_activity', 'log_call', 'log_changed', 'log_created', 'log_deal_stage_change', 'log_email_message',
  'log_email_thread', 'log_integration', 'log_lead_status_change', 'log_meeting', 'log_membership', 'log_removed',
  'log_task_completion', 'may_act_for', 'move_thread_emails', 'my_org_ids', 'notes_search_vector_update', 'recount_lead',
  'refresh_all_stats', 'refresh_lead_stats', 'refresh_stats', 'restore_record', 'row_label', 'search_all', 'set_deleted_at',
  'soft_deletable', 'soft_delete', 'touch_leads', 'unlink_lead', 'update_lead_counters', 'update_thread_last_message',
  'update_updated_at_column', 'write_activity'
)
/*--- plant
-- finds: crm.soft_delete(table_name text, record_id uuid)
-- finds: crm.touch_leads()
ALTER FUNCTION soft_delete(text, uuid) RESET search_path;
ALTER FUNCTION touch_leads() SET search_path = public;
ALTER FUNCTION actor_note() SET search_path = '';
---*/
