/*---
title    = "Tables and columns as the system expects them"
severity = "error"
category = "schema"
about    = "schema"
why      = "Panes, checks and functions name these columns; where one is missing or of another type they fail, or do the wrong thing."
---*/
-- Columns of your own are no finding. A column that may be NULL against the document is one.
WITH expected (name, columns) AS (VALUES
  ('users', $$
    id uuid !, email text !, display_name text, created_at timestamptz !, updated_at timestamptz !
  $$),
  ('twitter_accounts', $$
    id uuid !, user_id uuid !, twitter_user_id text !, twitter_username text !, access_token_encrypted bytea !,
    refresh_token_encrypted bytea !, token_expires_at timestamptz !, scopes text[] !, connected_at timestamptz !,
    last_synced_at timestamptz, is_active boolean !, created_at timestamptz !, updated_at timestamptz !
  $$),
  ('subscriptions', $$
    id uuid !, user_id uuid !, stripe_customer_id text, stripe_subscription_id text, tier text !, status text !,
    current_period_start timestamptz, current_period_end timestamptz, cancel_at_period_end boolean !, created_at timestamptz !,
    updated_at timestamptz !
  $$),
  ('analysis_results', $$
    id uuid !, user_id uuid !, twitter_account_id uuid !, purpose text !, model_used text !, analysis_type text !, input_data jsonb !,
    output_data jsonb !, execution_time_ms integer !, created_at timestamptz !
  $$),
  ('api_usage', $$
    id uuid !, user_id uuid !, endpoint text !, method text !, status_code integer !, response_time_ms integer !,
    quota_consumed integer !, created_at timestamptz !
  $$),
  ('webhook_events', $$
    id uuid !, event_type text !, stripe_event_id text !, payload jsonb !, processed boolean !, processed_at timestamptz, error text,
    created_at timestamptz !
  $$),
  ('audit_log', $$
    id uuid !, user_id uuid, action text !, resource_type text !, resource_id text, ip_address inet, user_agent text, metadata jsonb,
    created_at timestamptz !
  $$)
),
columns AS (
  SELECT
    e.name,
    split_part(w.says, ' ', 1) AS attname,
    replace(split_part(w.says, ' ', 2), 'timestamptz', 'timestamp with time zone') AS type,
    w.says LIKE '% !' AS filled
  FROM expected e
  CROSS JOIN LATERAL regexp_split_to_table(e.columns, ',') c (says)
  CROSS JOIN LATERAL (SELECT btrim(c.says, E' \n') AS says) w
),
standing AS (
  SELECT
    c.relname AS name,
    a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS filled
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema())) AND c.relkind IN ('r', 'p')
),
amiss AS (
  SELECT DISTINCT
    c.name,
    CASE
      WHEN NOT EXISTS (SELECT FROM standing t WHERE t.name = c.name) THEN 'the table is missing'
      WHEN s.attname IS NULL THEN format('%s is missing', c.attname)
      WHEN s.type <> c.type THEN format('%s is %s, not %s', c.attname, s.type, c.type)
      ELSE format('%s may be NULL', c.attname)
    END AS says
  FROM columns c
  LEFT JOIN standing s ON s.name = c.name AND s.attname = c.attname
  WHERE s.type IS DISTINCT FROM c.type OR (c.filled AND NOT s.filled)
)
SELECT
  current_schema() || '.' || a.name AS object,
  string_agg(a.says, ', ' ORDER BY a.says) AS detail,
  'Bring the table back to what the migrations of the system make, or adapt its manifest' AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.name
/*--- plant
-- finds: repazoo.users
-- finds: repazoo.api_usage
-- finds: repazoo.webhook_events
ALTER TABLE users RENAME COLUMN display_name TO name;
ALTER TABLE api_usage ALTER COLUMN response_time_ms TYPE numeric;
ALTER TABLE webhook_events ALTER COLUMN payload DROP NOT NULL;
ALTER TABLE subscriptions ADD COLUMN of_our_own text;
---*/
