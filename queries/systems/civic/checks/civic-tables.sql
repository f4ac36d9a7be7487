/*---
title    = "Tables and columns as the system expects them"
severity = "error"
category = "schema"
about    = "schema"
why      = "Panes, totals and restores name these columns; where one is missing or of another type they fail, and where one may be NULL the lists of values let NULL pass."
---*/
-- Columns of your own are no finding. A mark of exclamation: NOT NULL.
WITH expected (name, columns) AS (VALUES
  ('audit_logs', $$
    id uuid!, table_name varchar(50)!, record_id text!, operation text!, old_values jsonb, new_values jsonb, user_id
    uuid, ip_address inet, user_agent text, created_at timestamptz!, context jsonb!
  $$),
  ('feedback_v2', $$
    id uuid!, user_id uuid, title varchar(255)!, description text!, feedback_type varchar(20)!, category varchar(50),
    priority varchar(10)!, status varchar(20)!, assigned_to uuid, resolved_at timestamptz, resolved_by uuid,
    ai_analysis jsonb!, sentiment_score numeric(3,2)!, urgency_score numeric(3,2)!, complexity_score numeric(3,2)!,
    suggested_actions jsonb!, user_journey jsonb!, device_info jsonb!, browser_info jsonb!, performance_data jsonb!,
    attachments jsonb!, screenshots jsonb!, created_at timestamptz!, updated_at timestamptz!, is_active boolean!,
    is_public boolean!, removed_at timestamptz
  $$),
  ('poll_analytics', $$
    id uuid!, poll_id uuid!, total_views integer!, total_votes integer!, unique_voters integer!, completion_rate
    numeric(5,2)!, average_time_spent integer!, bounce_rate numeric(5,2)!, engagement_score numeric(10,2)!,
    hashtag_views integer!, hashtag_clicks integer!, hashtag_shares integer!, demographic_breakdown jsonb!,
    geographic_distribution jsonb!, device_breakdown jsonb!, time_series_data jsonb!, last_updated timestamptz!,
    created_at timestamptz!
  $$),
  ('poll_tallies', $$
    poll_id uuid!, option_id text!, votes integer!
  $$),
  ('polls_v2', $$
    id uuid!, title varchar(255)!, description text, options jsonb!, voting_method varchar(20)!, created_by uuid,
    created_at timestamptz!, updated_at timestamptz!, start_time timestamptz!, end_time timestamptz!, status
    varchar(20)!, privacy_level varchar(20)!, access_control jsonb!, hashtags text[]!, primary_hashtag varchar(50),
    category varchar(50), tags text[]!, total_votes integer!, total_views integer!, engagement_score numeric(10,2)!,
    trending_score numeric(10,2)!, is_trending boolean!, is_featured boolean!, poll_settings jsonb!, analytics_data
    jsonb!, moderation_data jsonb!, is_active boolean!, is_verified boolean!, last_modified_by uuid,
    modification_reason text, removed_at timestamptz
  $$),
  ('user_analytics', $$
    id uuid!, user_id uuid!, total_sessions integer!, total_page_views integer!, total_time_spent integer!,
    average_session_duration numeric(10,2)!, polls_created integer!, votes_cast integer!, polls_viewed integer!,
    hashtags_followed integer!, hashtags_created integer!, hashtag_interactions integer!, trust_score numeric(5,2)!,
    reputation_points integer!, verification_level integer!, engagement_patterns jsonb!, behavior_insights jsonb!,
    performance_metrics jsonb!, last_updated timestamptz!, created_at timestamptz!
  $$),
  ('user_profiles_v2', $$
    id uuid!, user_id uuid!, username varchar(50)!, display_name varchar(100)!, email varchar(255)!, avatar_url text,
    bio text, trust_tier varchar(2)!, trust_score numeric(5,2)!, reputation_points integer!, verification_status
    varchar(20)!, preferences jsonb!, privacy_settings jsonb!, social_links jsonb!, interests jsonb!, location_data
    jsonb!, primary_hashtags text[]!, followed_hashtags text[]!, hashtag_preferences jsonb!, total_polls_created
    integer!, total_votes_cast integer!, total_engagement_score numeric(10,2)!, last_active_at timestamptz, is_active
    boolean!, is_verified boolean!, created_at timestamptz!, updated_at timestamptz!, created_by uuid,
    last_modified_by uuid, modification_reason text, removed_at timestamptz
  $$),
  ('vote_registry', $$
    poll_id uuid!, user_id uuid!, vote_id uuid!, voted_at timestamptz!
  $$),
  ('votes_v2', $$
    id uuid!, poll_id uuid!, user_id uuid!, selected_options jsonb!, vote_weight numeric(5,2)!, vote_confidence
    numeric(5,2)!, created_at timestamptz!, updated_at timestamptz!, ip_address inet, user_agent text, session_id
    uuid, device_fingerprint text, time_spent_seconds integer!, page_views integer!, engagement_actions jsonb!,
    is_verified boolean!, verification_method varchar(20), trust_score_at_vote numeric(5,2), vote_metadata jsonb!,
    analytics_data jsonb!, is_active boolean!, removed_at timestamptz
  $$)
),
wanted AS (
  SELECT
    e.name,
    p.part[1] AS attname,
    replace(replace(p.part[2], 'timestamptz', 'timestamp with time zone'), 'varchar', 'character varying') AS type_name,
    p.part[3] = '!' AS is_needed
  FROM expected e
  CROSS JOIN LATERAL regexp_matches(e.columns, '(\w+) ([\w\[\]]+(?:\([\d,]+\))?)(!?)', 'g') p (part)
),
wrong AS (
  SELECT
    w.name,
    CASE
      WHEN a.attnum IS NULL THEN w.attname || ' is missing'
      WHEN pg_catalog.format_type(a.atttypid, a.atttypmod) <> w.type_name
        THEN format('%s is %s, not %s', w.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), w.type_name)
      ELSE w.attname || ' may be NULL'
    END AS says
  FROM wanted w
  JOIN pg_catalog.pg_class c
    ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), w.name)) AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = w.attname AND a.attnum > 0 AND NOT a.attisdropped
  WHERE a.attnum IS NULL
    OR pg_catalog.format_type(a.atttypid, a.atttypmod) <> w.type_name
    OR (w.is_needed AND NOT a.attnotnull)
)
SELECT
  current_schema() || '.' || w.name AS object,
  string_agg(w.says, ', ' ORDER BY w.says) AS detail,
  'Put it back as the migrations have it' AS fix
FROM wrong w
GROUP BY w.name
UNION ALL
SELECT
  current_schema() || '.' || e.name,
  'the table is missing',
  'Install the system again, or restore the table from a backup'
FROM expected e
WHERE NOT EXISTS (
  SELECT
  FROM pg_catalog.pg_class c
  WHERE c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name)) AND c.relkind IN ('r', 'p')
)
/*--- plant
-- finds: civic.feedback_v2
-- finds: civic.user_analytics
-- finds: civic.vote_registry
-- finds: civic.poll_analytics
ALTER TABLE feedback_v2 ALTER COLUMN priority DROP NOT NULL;
ALTER TABLE user_analytics ALTER COLUMN trust_score TYPE numeric(6,2);
ALTER TABLE vote_registry DROP COLUMN voted_at;
DROP TABLE poll_analytics;
---*/
