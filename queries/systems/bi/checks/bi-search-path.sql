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
  'accept_invitation', 'active_user_id', 'actor_id', 'append_event', 'check_event_version', 'check_snapshot_version', 'create_invitation',
  'drop_audit_partitions', 'end_session', 'ensure_analytics_partitions', 'ensure_audit_partitions', 'find_session',
  'guard_invitation', 'guard_partition', 'invite_member', 'is_trusted', 'join_organization', 'keep_as_written', 'keep_consent', 'leave_organization',
  'log_assessment_event', 'make_month_partitions',
  'migrate_assessments', 'migrate_intelligence_data', 'migrate_user_data', 'move_progress_with_lever',
  'my_organization_ids', 'new_token', 'record_change', 'refresh_analytics_views', 'request_origin', 'require_legacy',
  'stamp_completion', 'stamp_read', 'stamp_session_end', 'start_session', 'take_organization_of_lever', 'take_snapshot',
  'token_hash', 'update_updated_at_column', 'without_secrets'
)
/*--- plant
-- finds: bi.end_session(p_session_id uuid)
-- finds: bi.stamp_read()
ALTER FUNCTION end_session(uuid) RESET search_path;
ALTER FUNCTION stamp_read() SET search_path = public, bi;
ALTER FUNCTION stamp_completion() SET search_path = '';
---*/
