/*---
title    = "Indexes the system promises"
severity = "info"
category = "indexes"
about    = "schema"
why      = "Lists, the trash and the looks for double votes are fast by these indexes; without one they still answer, slowly."
door     = "indexes"
---*/
-- By name: an index that does the same under another name is found missing here, and may be renamed.
WITH expected (name, indexes) AS (VALUES
  ('audit_logs', ARRAY[
    'idx_audit_logs_created_at', 'idx_audit_logs_operation', 'idx_audit_logs_record', 'idx_audit_logs_user_id'
  ]),
  ('feedback_v2', ARRAY[
    'idx_feedback_v2_ai_analysis', 'idx_feedback_v2_assigned_to', 'idx_feedback_v2_attachments',
    'idx_feedback_v2_created_at', 'idx_feedback_v2_device_info', 'idx_feedback_v2_feedback_type',
    'idx_feedback_v2_priority', 'idx_feedback_v2_removed', 'idx_feedback_v2_resolved_by',
    'idx_feedback_v2_sentiment_score', 'idx_feedback_v2_status', 'idx_feedback_v2_urgency_score',
    'idx_feedback_v2_user_id', 'idx_feedback_v2_user_journey'
  ]),
  ('poll_stats', ARRAY[
    'idx_poll_stats_id'
  ]),
  ('polls_v2', ARRAY[
    'idx_polls_v2_active', 'idx_polls_v2_analytics_data', 'idx_polls_v2_created_at', 'idx_polls_v2_created_by',
    'idx_polls_v2_end_time', 'idx_polls_v2_engagement_score', 'idx_polls_v2_hashtag_trending', 'idx_polls_v2_hashtags',
    'idx_polls_v2_is_featured', 'idx_polls_v2_last_modified_by', 'idx_polls_v2_options', 'idx_polls_v2_poll_settings',
    'idx_polls_v2_privacy_level', 'idx_polls_v2_removed', 'idx_polls_v2_start_time', 'idx_polls_v2_status',
    'idx_polls_v2_status_active', 'idx_polls_v2_tags', 'idx_polls_v2_total_votes', 'idx_polls_v2_trending',
    'idx_polls_v2_trending_score'
  ]),
  ('user_profiles_v2', ARRAY[
    'idx_user_profiles_v2_created_at', 'idx_user_profiles_v2_created_by', 'idx_user_profiles_v2_followed_hashtags',
    'idx_user_profiles_v2_interests', 'idx_user_profiles_v2_last_active', 'idx_user_profiles_v2_last_modified_by',
    'idx_user_profiles_v2_preferences', 'idx_user_profiles_v2_primary_hashtags', 'idx_user_profiles_v2_removed',
    'idx_user_profiles_v2_trust_score', 'idx_user_profiles_v2_trust_tier', 'idx_user_profiles_v2_verification_status',
    'idx_user_profiles_v2_verified'
  ]),
  ('vote_registry', ARRAY[
    'vote_registry_vote_id_key'
  ]),
  ('votes_v2', ARRAY[
    'idx_votes_v2_address', 'idx_votes_v2_analytics_data', 'idx_votes_v2_created_at', 'idx_votes_v2_device',
    'idx_votes_v2_engagement_actions', 'idx_votes_v2_is_verified', 'idx_votes_v2_poll_created', 'idx_votes_v2_removed',
    'idx_votes_v2_selected_options', 'idx_votes_v2_session_id', 'idx_votes_v2_trust_score', 'idx_votes_v2_user_id',
    'idx_votes_v2_vote_metadata'
  ])
),
wanted AS (
  SELECT e.name, i.index FROM expected e CROSS JOIN LATERAL unnest(e.indexes) i (index)
)
SELECT
  current_schema() || '.' || w.index AS object,
  CASE
    WHEN x.indexrelid IS NULL THEN format('%s has no index of this name', w.name)
    ELSE format('the index of %s is not valid, no query uses it', w.name)
  END AS detail,
  CASE
    WHEN x.indexrelid IS NULL THEN 'Create it again, as the migrations have it'
    ELSE format('REINDEX INDEX CONCURRENTLY %I.%I', current_schema(), w.index)
  END AS fix,
  CASE WHEN x.indexrelid IS NOT NULL THEN 'index=' || w.index END AS filter
FROM wanted w
LEFT JOIN pg_catalog.pg_class c
  ON c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema()))
  AND c.relname = w.index
  AND c.relkind IN ('i', 'I')
LEFT JOIN pg_catalog.pg_index x
  ON x.indexrelid = c.oid
  AND x.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), w.name))
WHERE x.indexrelid IS NULL OR NOT (x.indisvalid AND x.indisready)
/*--- plant
-- finds: civic.idx_votes_v2_poll_created
-- finds: civic.idx_poll_stats_id
DROP INDEX idx_votes_v2_poll_created;
DROP INDEX idx_poll_stats_id;
---*/
