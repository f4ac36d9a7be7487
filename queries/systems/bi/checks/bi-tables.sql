/*---
title    = "Tables and columns as the system expects them"
severity = "error"
category = "schema"
about    = "schema"
why      = "Panes, triggers and restores name these columns; where one is missing or of another type they fail, or do the wrong thing. The 23 tables are all there are, although the document they come from speaks of 25."
---*/
-- Columns of your own are no finding.
WITH expected (name, columns) AS (VALUES
  ('analytics_events', $$
    id uuid, user_id uuid, organization_id uuid, event_type text, event_data jsonb, session_id uuid, source text,
    created_at timestamptz
  $$),
  ('assessment_invitations', $$
    id uuid, inviter_id uuid, organization_id uuid, invitee_email text, invitee_name text, assessment_type text,
    invitation_token text, status text, expires_at timestamptz, completed_at timestamptz, custom_message text,
    created_at timestamptz
  $$),
  ('assessment_scores', $$
    id uuid, assessment_id uuid, overall_score numeric(3,2), bracket text, category_scores jsonb, recommendations text[],
    next_steps text[], ai_insights text, confidence_score numeric(3,2), swot_analysis jsonb, created_at timestamptz
  $$),
  ('assessments', $$
    id uuid, user_id uuid, organization_id uuid, assessment_type text, version text, responses jsonb, metadata jsonb,
    status text, completed_at timestamptz, created_at timestamptz, updated_at timestamptz
  $$),
  ('audit_log', $$
    id bigint, table_name text, operation text, user_id uuid, organization_id uuid, record_id uuid, old_values jsonb,
    new_values jsonb, ip_address inet, user_agent text, session_id uuid, context jsonb, created_at timestamptz
  $$),
  ('business_trends', $$
    id uuid, title text, insight text, industry text, trend_type text, source text, metadata jsonb, created_at timestamptz
  $$),
  ('dashboard_widgets', $$
    id uuid, user_id uuid, organization_id uuid, widget_type text, widget_config jsonb, position jsonb, is_active boolean,
    created_at timestamptz, updated_at timestamptz
  $$),
  ('email_subscriptions', $$
    id uuid, user_id uuid, email_type text, is_active boolean, preferences jsonb, created_at timestamptz, updated_at timestamptz
  $$),
  ('engagement_intelligence', $$
    id uuid, user_id uuid, organization_id uuid, signal_score numeric(5,2), engagement_metrics jsonb, customer_sentiment jsonb,
    recommendations text[], insights text, source text, created_at timestamptz, updated_at timestamptz
  $$),
  ('events', $$
    id uuid, aggregate_id uuid, aggregate_type text, event_type text, event_data jsonb, version integer, user_id uuid,
    organization_id uuid, created_at timestamptz
  $$),
  ('growth_levers', $$
    id uuid, user_id uuid, organization_id uuid, levers text[], priority_scores jsonb, implementation_plan jsonb,
    roi_estimates jsonb, status text, created_at timestamptz, updated_at timestamptz
  $$),
  ('growth_progress', $$
    id uuid, user_id uuid, organization_id uuid, lever_id uuid, milestone text, status text, progress_percentage numeric(5,2),
    notes text, completed_at timestamptz, created_at timestamptz, updated_at timestamptz
  $$),
  ('market_insights', $$
    id uuid, user_id uuid, organization_id uuid, industry text, market_size jsonb, growth_rate jsonb, competition jsonb,
    sentiment jsonb, full_insight text, data_sources jsonb, confidence_score numeric(3,2), ai_model_version text, source text,
    created_at timestamptz, updated_at timestamptz
  $$),
  ('news_feed', $$
    id uuid, title text, url text, source text, published_at timestamptz, category text, relevance_score numeric(3,2),
    metadata jsonb, created_at timestamptz
  $$),
  ('notifications', $$
    id uuid, user_id uuid, organization_id uuid, type text, title text, message text, priority text, link text, is_read boolean,
    metadata jsonb, created_at timestamptz, read_at timestamptz
  $$),
  ('organization_members', $$
    id uuid, organization_id uuid, user_id uuid, role text, permissions jsonb, department text, status text,
    joined_at timestamptz, updated_at timestamptz
  $$),
  ('organizations', $$
    id uuid, name text, slug text, owner_id uuid, sso_config jsonb, settings jsonb, status text, created_at timestamptz,
    updated_at timestamptz
  $$),
  ('simulations', $$
    id uuid, user_id uuid, organization_id uuid, simulation_type text, input_data jsonb, output_data jsonb, status text,
    metadata jsonb, created_at timestamptz, completed_at timestamptz
  $$),
  ('snapshots', $$
    id uuid, aggregate_id uuid, aggregate_type text, state jsonb, version integer, created_at timestamptz
  $$),
  ('subscriptions', $$
    id uuid, user_id uuid, plan text, status text, billing_cycle text, next_billing_date date, stripe_subscription_id text,
    stripe_customer_id text, stripe_data jsonb, created_at timestamptz, updated_at timestamptz
  $$),
  ('team_messages', $$
    id uuid, organization_id uuid, sender_id uuid, recipient_id uuid, message_type text, content text, metadata jsonb,
    is_read boolean, created_at timestamptz, read_at timestamptz
  $$),
  ('user_sessions', $$
    id uuid, user_id uuid, session_token text, ip_address inet, user_agent text, device_info jsonb, started_at timestamptz,
    ended_at timestamptz, is_active boolean
  $$),
  ('users', $$
    id uuid, email text, first_name text, last_name text, phone text, title text, company text, company_size text,
    revenue_range text, industry text, timezone text, linkedin_url text, profile_pic_url text, agreed_terms boolean,
    agreed_marketing boolean, role text, status text, created_at timestamptz, updated_at timestamptz
  $$)
),
columns AS (
  SELECT
    e.name,
    split_part(btrim(c.says, E' \n'), ' ', 1) AS attname,
    replace(regexp_replace(btrim(c.says, E' \n'), '^\S+ ', ''), 'timestamptz', 'timestamp with time zone') AS type
  FROM expected e
  -- The comma inside numeric(3,2) has no blank behind it.
  CROSS JOIN LATERAL regexp_split_to_table(e.columns, ',\s+') c (says)
),
standing AS (
  SELECT
    c.relname AS name,
    a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema())) AND c.relkind IN ('r', 'p')
),
amiss AS (
  SELECT
    c.name,
    CASE
      WHEN NOT EXISTS (SELECT FROM standing t WHERE t.name = c.name) THEN 'the table is missing'
      WHEN s.attname IS NULL THEN format('%s is missing', c.attname)
      ELSE format('%s is %s, not %s', c.attname, s.type, c.type)
    END AS says
  FROM columns c
  LEFT JOIN standing s ON s.name = c.name AND s.attname = c.attname
  WHERE s.type IS DISTINCT FROM c.type
)
SELECT
  current_schema() || '.' || a.name AS object,
  string_agg(DISTINCT a.says, ', ' ORDER BY a.says) AS detail,
  'Bring the table back to what the migrations of the system make, or adapt its manifest' AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.name
/*--- plant
-- finds: bi.subscriptions
-- finds: bi.growth_levers
-- finds: bi.snapshots
ALTER TABLE subscriptions RENAME COLUMN stripe_data TO payment_data;
ALTER TABLE growth_levers ALTER COLUMN levers TYPE varchar(100)[];
ALTER TABLE snapshots ALTER COLUMN state TYPE json;
ALTER TABLE users ADD COLUMN of_our_own text;
---*/
