/*---
title    = "Functions that do not say where they look"
severity = "error"
category = "security"
about    = "schema"
why      = "Triggers and definer functions run for whoever votes. Without a pinned search_path the caller chooses which tables they read and write."
---*/
-- An empty path is pinned as well. One that names other schemas and not ours sends the function to somebody else's tables.
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
      'actor_id', 'add_to_totals', 'are_options', 'audit_change', 'audit_context', 'audit_rows', 'can_vote',
      'check_poll_change', 'check_vote', 'choice_fault', 'count_polls', 'count_votes', 'create_vote_partition',
      'ensure_vote_partitions', 'evidence', 'forget_votes', 'is_trusted', 'keep_audit_logs', 'keep_removed_at',
      'keep_vote_identity', 'known_word', 'lock_removable', 'maintained', 'migrate_feedback', 'migrate_from_v1',
      'migrate_polls', 'migrate_user_profiles', 'migrate_votes', 'normal_hashtags', 'normalise_poll',
      'normalise_profile', 'open_profile', 'option_ids', 'recount_poll', 'recount_user', 'refresh_poll_stats',
      'register_vote', 'request_address', 'request_agent', 'restore_record', 'soft_delete', 'touch_updated_at',
      'v1_rows', 'validate_migration', 'words_of', 'write_change'
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
-- The path stands as it was written: a name may be quoted where it need not be, and blanks around commas do not count.
CROSS JOIN LATERAL (
  SELECT
    ',' || regexp_replace(btrim(o.path), '\s*,\s*', ',', 'g') || ',' AS list,
    regexp_replace(quote_ident(o.nspname), '\s*,\s*', ',', 'g') AS bare,
    regexp_replace('"' || replace(o.nspname, '"', '""') || '"', '\s*,\s*', ',', 'g') AS quoted
) l
WHERE o.path IS NULL
  OR (
    btrim(o.path, '" ') <> ''
    AND position(',' || l.bare || ',' IN l.list) = 0
    AND position(',' || l.quoted || ',' IN l.list) = 0
  )
/*--- plant
-- finds: civic.soft_delete(table_name text, record_id uuid)
-- finds: civic.normalise_poll()
ALTER FUNCTION soft_delete(text, uuid) RESET search_path;
ALTER FUNCTION normalise_poll() SET search_path = public;
ALTER FUNCTION evidence() SET search_path = '';
---*/
