/*---
title    = "Functions that do not say where they look"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers and definer functions run for whoever votes. Without a pinned search_path the caller chooses which tables they read and write."
shared   = ["paths"]
---*/
SELECT
  f.object,
  f.detail,
  f.fix,
  f.weight
FROM paths f
WHERE f.proname IN (  'actor_id', 'add_to_totals', 'are_options', 'audit_change', 'audit_context', 'audit_rows', 'can_vote',
  'check_poll_change', 'check_poll_delete', 'check_vote', 'choice_fault', 'count_polls', 'count_votes',
  'create_vote_partition', 'ensure_vote_partitions', 'evidence', 'forget_votes', 'is_trusted', 'keep_audit_logs',
  'keep_removed_at', 'keep_vote_identity', 'known_word', 'last_remover', 'lock_removable', 'maintained',
  'migrate_feedback', 'migrate_from_v1', 'migrate_polls', 'migrate_user_profiles', 'migrate_votes', 'normal_hashtags',
  'normalise_poll', 'normalise_profile', 'open_profile', 'option_ids', 'recount_poll', 'recount_user',
  'refresh_poll_stats', 'register_vote', 'request_address', 'request_agent', 'require_valid_vote', 'restore_record',
  'soft_delete', 'take_login_email', 'touch_updated_at', 'v1_rows', 'validate_migration', 'words_of', 'write_change'
)
/*--- plant
-- finds: civic.soft_delete(table_name text, record_id uuid)
-- finds: civic.normalise_poll()
ALTER FUNCTION soft_delete(text, uuid) RESET search_path;
ALTER FUNCTION normalise_poll() SET search_path = public;
ALTER FUNCTION evidence() SET search_path = '';
---*/
