/*---
title    = "Functions that do not say where they look"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers, policies and definer functions run for anybody. Without a pinned search_path whoever calls chooses which tables they write to."
---*/
-- The path has to begin with the system's own schema: what stands before it would be found first. An empty one is pinned as well.
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
      'accept_invitation', 'actor_id', 'append_event', 'check_event_version', 'check_snapshot_version', 'create_invitation',
      'drop_audit_partitions', 'end_session', 'ensure_analytics_partitions', 'ensure_audit_partitions', 'find_session',
      'guard_partition', 'is_trusted', 'keep_as_written', 'log_assessment_event', 'make_month_partitions',
      'migrate_assessments', 'migrate_intelligence_data', 'migrate_user_data', 'move_progress_with_lever',
      'my_organization_ids', 'new_token', 'record_change', 'refresh_analytics_views', 'request_origin', 'require_legacy',
      'stamp_completion', 'stamp_read', 'stamp_session_end', 'start_session', 'take_organization_of_lever', 'take_snapshot',
      'token_hash', 'update_updated_at_column', 'without_secrets'
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
    'ALTER FUNCTION %I.%I(%s) SET search_path = %1$I, pg_temp', o.nspname, o.proname, pg_catalog.pg_get_function_identity_arguments(o.oid)
  ) AS fix,
  o.prosecdef::integer AS weight
FROM ours o
WHERE o.path IS NULL
  OR (
    btrim(o.path, '" ') <> ''
    AND o.path <> quote_ident(o.nspname)
    AND left(o.path, length(quote_ident(o.nspname)) + 1) <> quote_ident(o.nspname) || ','
  )
/*--- plant
-- finds: bi.end_session(p_session_id uuid)
-- finds: bi.stamp_read()
ALTER FUNCTION end_session(uuid) RESET search_path;
ALTER FUNCTION stamp_read() SET search_path = public, bi;
ALTER FUNCTION stamp_completion() SET search_path = '';
---*/
