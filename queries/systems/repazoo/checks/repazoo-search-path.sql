/*---
title    = "Functions that do not say where they look"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers, policies and definer functions run for anybody. Without a pinned search_path, or with another schema before its own, a function writes to tables it was not made for."
shared   = ["paths"]
---*/
SELECT
  f.object,
  f.detail,
  f.fix,
  f.weight
FROM paths f
WHERE f.proname IN (
  'aggregate_api_usage', 'apply_retention', 'archive_analysis_results', 'archive_audit_log', 'audit_changes', 'audit_immutable',
  'audit_row', 'check_own_email', 'check_rate_limit', 'consume_quota', 'count_rls_policies', 'decrypt_token', 'encrypt_token',
  'encryption_lock',
  'get_decrypted_twitter_tokens', 'get_encryption_key', 'get_remaining_quota', 'get_table_statistics', 'get_user_tier',
  'has_active_subscription', 'insert_twitter_account', 'is_admin', 'is_archiving', 'is_sealed_with', 'is_service',
  'monthly_limit_of', 'open_token', 'owns_twitter_account', 'purge_analysis_results_archive', 'purge_api_usage',
  'purge_audit_log_archive', 'quota_of', 'record_api_usage', 'require_read_committed', 'rotate_encryption_key', 'seal_token', 'set_updated_at',
  'tier_of', 'token_is_authentic', 'update_twitter_tokens', 'verify_database_schema', 'verify_encryption_setup', 'write_audit'
)
/*--- plant
-- finds: repazoo.encrypt_token(token text)
-- finds: repazoo.audit_row()
ALTER FUNCTION encrypt_token(text) RESET search_path;
ALTER FUNCTION audit_row() SET search_path = public;
ALTER FUNCTION is_admin() SET search_path = '';
---*/
