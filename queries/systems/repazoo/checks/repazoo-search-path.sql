/*---
title    = "Functions that look elsewhere first"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers, policies and definer functions run for anybody. Without a pinned search_path, or with another schema before its own, a function writes to tables it was not made for."
---*/
WITH ours AS (
  SELECT
    p.oid,
    p.proname,
    p.prosecdef,
    n.nspname,
    (
      SELECT substr(c.setting, length('search_path=') + 1)
      FROM unnest(p.proconfig) c (setting)
      WHERE c.setting LIKE 'search\_path=%'
    ) AS path
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = current_schema()
    AND p.proname IN (
      'aggregate_api_usage', 'apply_retention', 'archive_analysis_results', 'archive_audit_log', 'audit_changes', 'audit_immutable',
      'audit_row', 'check_rate_limit', 'consume_quota', 'count_rls_policies', 'decrypt_token', 'encrypt_token', 'encryption_lock',
      'get_decrypted_twitter_tokens', 'get_encryption_key', 'get_remaining_quota', 'get_table_statistics', 'get_user_tier',
      'has_active_subscription', 'insert_twitter_account', 'is_admin', 'is_archiving', 'is_sealed_with', 'is_service',
      'monthly_limit_of', 'open_token', 'owns_twitter_account', 'purge_analysis_results_archive', 'purge_api_usage',
      'purge_audit_log_archive', 'quota_of', 'record_api_usage', 'rotate_encryption_key', 'seal_token', 'set_updated_at', 'tier_of',
      'token_is_authentic', 'update_twitter_tokens', 'verify_database_schema', 'verify_encryption_setup', 'write_audit'
    )
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
)
SELECT
  format('%I.%I(%s)', o.nspname, o.proname, pg_catalog.pg_get_function_identity_arguments(o.oid)) AS object,
  concat_ws(
    ', ',
    CASE WHEN o.prosecdef THEN 'it runs with its owner''s rights' END,
    coalesce('its search_path is ' || o.path, 'it takes the search_path of whoever calls')
  ) AS detail,
  format(
    'ALTER FUNCTION %I.%I(%s) SET search_path = %1$I%s, pg_temp', o.nspname, o.proname,
    pg_catalog.pg_get_function_identity_arguments(o.oid),
    (
      SELECT ', ' || quote_ident(n.nspname)
      FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = 'pgcrypto' AND n.nspname <> o.nspname
    )
  ) AS fix,
  o.prosecdef::integer AS weight
FROM ours o
WHERE o.path IS NULL
  -- An empty path is pinned as well; pg_catalog before the schema of the system does no harm.
  OR (
    btrim(o.path, '" ') <> ''
    AND NOT EXISTS (
      SELECT
      FROM (VALUES (quote_ident(o.nspname)), ('"' || replace(o.nspname, '"', '""') || '"')) w (written)
      WHERE starts_with(regexp_replace(o.path, '^pg_catalog, *', '') || ',', w.written || ',')
    )
  )
/*--- plant
-- finds: repazoo.encrypt_token(token text)
-- finds: repazoo.audit_row()
ALTER FUNCTION encrypt_token(text) RESET search_path;
ALTER FUNCTION audit_row() SET search_path = public;
ALTER FUNCTION is_admin() SET search_path = '';
---*/
