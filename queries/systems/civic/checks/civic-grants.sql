/*---
title    = "Columns that users may write and should not"
severity = "error"
category = "security"
about    = "schema"
why      = "A policy lets a user change the own row, every column of it. Only the column grants keep trust, verification, weights, counters and times out of reach."
---*/
-- What only a change may not touch is marked.
WITH forbidden (name, columns) AS (VALUES
  ('user_profiles_v2', ARRAY[
    'id', 'trust_tier', 'trust_score', 'reputation_points', 'verification_status', 'is_verified', 'is_active', 'removed_at', 'created_at',
    'created_by', 'last_modified_by', 'total_polls_created', 'total_votes_cast', 'total_engagement_score', 'user_id UPDATE', 'email UPDATE'
  ]),
  ('polls_v2', ARRAY[
    'id', 'is_active', 'removed_at', 'is_verified', 'is_featured', 'is_trending', 'trending_score', 'engagement_score', 'total_votes',
    'total_views', 'created_at', 'moderation_data', 'analytics_data', 'created_by UPDATE'
  ]),
  ('votes_v2', ARRAY[
    'id', 'vote_weight', 'created_at', 'ip_address', 'user_agent', 'is_verified', 'verification_method', 'trust_score_at_vote',
    'vote_metadata', 'is_active', 'removed_at', 'poll_id UPDATE', 'user_id UPDATE'
  ]),
  ('feedback_v2', ARRAY[
    'id', 'priority', 'status', 'assigned_to', 'resolved_at', 'resolved_by', 'ai_analysis', 'sentiment_score', 'urgency_score', 'is_public',
    'is_active', 'removed_at'
  ]),
  ('user_analytics', ARRAY['votes_cast', 'trust_score']),
  ('poll_analytics', ARRAY['total_votes']),
  ('poll_tallies', ARRAY['votes']),
  ('vote_registry', ARRAY['vote_id', 'user_id'])
)
SELECT
  current_schema() || '.' || f.name AS object,
  format('%s', string_agg(DISTINCT format('%s may %s %s', r.rolname, p.privilege, k.name), ', ')) AS detail,
  format(
    'REVOKE INSERT, UPDATE ON %I.%I FROM PUBLIC, anon, authenticated, and grant the columns of the migration 0014 again', current_schema(), f.name
  ) AS fix,
  count(*) AS weight
FROM forbidden f
CROSS JOIN LATERAL (SELECT split_part(u.said, ' ', 1) AS name, split_part(u.said, ' ', 2) AS only FROM unnest(f.columns) u (said)) k
JOIN pg_catalog.pg_attribute a
  ON a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), f.name)) AND a.attname = k.name AND NOT a.attisdropped
JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated')
JOIN (VALUES ('INSERT'), ('UPDATE')) p (privilege) ON k.only IN ('', p.privilege)
WHERE pg_catalog.has_column_privilege(r.oid, a.attrelid, a.attnum, p.privilege)
GROUP BY f.name
/*--- plant
-- finds: civic.user_profiles_v2
-- finds: civic.poll_tallies
-- finds: civic.votes_v2
GRANT UPDATE (email, trust_tier) ON user_profiles_v2 TO authenticated;
GRANT INSERT ON poll_tallies TO PUBLIC;
GRANT INSERT (id) ON votes_v2 TO authenticated;
---*/
