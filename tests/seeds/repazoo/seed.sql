-- The Repazoo document's schema in working order, as a fixture: every file in defects/ has to fail on it.
-- Run it with search_path set to an empty schema. Its tables are given as tables of columns and built from those; of its functions it
-- gives name, arguments and purpose, and the bodies here are the plainest reading of that. Added are the things it presupposes: the
-- stand-in for auth, pgcrypto, the grants of a Supabase database. Left out is what fails as a whole statement: the policies for
-- role = 'service_role', check_rate_limit with a parameter named limit, which is quoted here. Its mistakes are kept.

DO $$
BEGIN
  IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF;
  IF to_regrole('authenticated') IS NULL THEN CREATE ROLE authenticated NOLOGIN; END IF;
  IF to_regrole('service_role') IS NULL THEN CREATE ROLE service_role NOLOGIN BYPASSRLS; END IF;
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text);
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
      $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $f$;
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $f$ SELECT auth.jwt() ->> 'role' $f$;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;
END
$$;
CREATE EXTENSION IF NOT EXISTS pgcrypto;

CREATE TABLE users (
  id uuid PRIMARY KEY REFERENCES auth.users(id) ON DELETE CASCADE, email text NOT NULL UNIQUE, display_name text,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_users_email ON users (email);
CREATE INDEX idx_users_created_at ON users (created_at DESC);

CREATE TABLE twitter_accounts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  twitter_user_id text NOT NULL UNIQUE, twitter_username text NOT NULL, access_token_encrypted bytea NOT NULL,
  refresh_token_encrypted bytea NOT NULL, token_expires_at timestamptz NOT NULL, scopes text[] NOT NULL DEFAULT '{}',
  connected_at timestamptz NOT NULL DEFAULT now(), last_synced_at timestamptz, is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_twitter_accounts_user_id ON twitter_accounts (user_id);
CREATE INDEX idx_twitter_accounts_twitter_user_id ON twitter_accounts (twitter_user_id);
CREATE INDEX idx_twitter_accounts_is_active ON twitter_accounts (is_active) WHERE is_active = true;
CREATE INDEX idx_twitter_accounts_last_synced ON twitter_accounts (last_synced_at DESC);

CREATE TABLE subscriptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL UNIQUE REFERENCES users(id) ON DELETE CASCADE,
  stripe_customer_id text UNIQUE, stripe_subscription_id text UNIQUE,
  tier text NOT NULL CHECK (tier IN ('basic', 'pro', 'inactive')),
  status text NOT NULL CHECK (status IN ('active', 'canceled', 'past_due', 'unpaid', 'inactive', 'trialing')),
  current_period_start timestamptz, current_period_end timestamptz, cancel_at_period_end boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_subscriptions_user_id ON subscriptions (user_id);
CREATE INDEX idx_subscriptions_stripe_customer_id ON subscriptions (stripe_customer_id);
CREATE INDEX idx_subscriptions_tier_status ON subscriptions (tier, status);
CREATE INDEX idx_subscriptions_active ON subscriptions (user_id) WHERE status = 'active';

CREATE TABLE analysis_results (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  twitter_account_id uuid NOT NULL REFERENCES twitter_accounts(id) ON DELETE CASCADE, purpose text NOT NULL,
  model_used text NOT NULL CHECK (model_used IN ('sonnet', 'opus')),
  analysis_type text NOT NULL CHECK (analysis_type IN ('sentiment', 'engagement', 'growth', 'content_analysis', 'trend_detection', 'risk_assessment')),
  input_data jsonb NOT NULL, output_data jsonb NOT NULL, execution_time_ms integer NOT NULL CHECK (execution_time_ms > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_analysis_results_user_id ON analysis_results (user_id);
CREATE INDEX idx_analysis_results_twitter_account_id ON analysis_results (twitter_account_id);
CREATE INDEX idx_analysis_results_created_at ON analysis_results (created_at DESC);
CREATE INDEX idx_analysis_results_analysis_type ON analysis_results (analysis_type);
CREATE INDEX idx_analysis_results_model_used ON analysis_results (model_used);
CREATE INDEX idx_analysis_results_purpose ON analysis_results (purpose);
CREATE INDEX idx_analysis_results_output_gin ON analysis_results USING GIN (output_data);

CREATE TABLE api_usage (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  endpoint text NOT NULL, method text NOT NULL CHECK (method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')),
  status_code integer NOT NULL CHECK (status_code >= 100 AND status_code <= 599), response_time_ms integer NOT NULL,
  quota_consumed integer NOT NULL DEFAULT 1 CHECK (quota_consumed > 0), created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_api_usage_user_id ON api_usage (user_id);
CREATE INDEX idx_api_usage_created_at ON api_usage (created_at DESC);
CREATE INDEX idx_api_usage_endpoint ON api_usage (endpoint);
CREATE INDEX idx_api_usage_user_date ON api_usage (user_id, created_at DESC);

CREATE TABLE webhook_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), event_type text NOT NULL, stripe_event_id text NOT NULL UNIQUE,
  payload jsonb NOT NULL, processed boolean NOT NULL DEFAULT false, processed_at timestamptz, error text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_webhook_events_stripe_event_id ON webhook_events (stripe_event_id);
CREATE INDEX idx_webhook_events_processed ON webhook_events (processed) WHERE processed = false;
CREATE INDEX idx_webhook_events_created_at ON webhook_events (created_at DESC);
CREATE INDEX idx_webhook_events_event_type ON webhook_events (event_type);

CREATE TABLE audit_log (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid REFERENCES users(id) ON DELETE SET NULL,
  action text NOT NULL CHECK (action IN ('CREATE', 'READ', 'UPDATE', 'DELETE', 'LOGIN', 'LOGOUT', 'OAUTH_CONNECT', 'OAUTH_DISCONNECT',
    'SUBSCRIPTION_CREATED', 'SUBSCRIPTION_UPDATED', 'SUBSCRIPTION_CANCELED', 'ANALYSIS_EXECUTED', 'TOKEN_REFRESHED', 'ADMIN_ACTION')),
  resource_type text NOT NULL, resource_id text, ip_address inet, user_agent text, metadata jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_audit_log_user_id ON audit_log (user_id);
CREATE INDEX idx_audit_log_created_at ON audit_log (created_at DESC);
CREATE INDEX idx_audit_log_action ON audit_log (action);
CREATE INDEX idx_audit_log_resource ON audit_log (resource_type, resource_id);

-- 002: encryption
CREATE FUNCTION get_encryption_key() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('app.settings.encryption_key') $$;
CREATE FUNCTION encrypt_token(token text) RETURNS bytea LANGUAGE sql SECURITY DEFINER AS
  $$ SELECT encrypt(convert_to(token, 'UTF8'), convert_to(get_encryption_key(), 'UTF8'), 'aes-cbc') $$;
CREATE FUNCTION decrypt_token(encrypted_token bytea) RETURNS text LANGUAGE sql SECURITY DEFINER AS
  $$ SELECT convert_from(decrypt(encrypted_token, convert_to(get_encryption_key(), 'UTF8'), 'aes-cbc'), 'UTF8') $$;
CREATE FUNCTION insert_twitter_account(user_id uuid, twitter_user_id text, twitter_username text, access_token text,
  refresh_token text, token_expires_at timestamptz, scopes text[]) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS $$
  INSERT INTO twitter_accounts (user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted, token_expires_at, scopes)
  VALUES ($1, $2, $3, encrypt_token($4), encrypt_token($5), $6, $7) RETURNING id
$$;
CREATE FUNCTION update_twitter_tokens(account_id uuid, access_token text, refresh_token text, token_expires_at timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE twitter_accounts SET access_token_encrypted = encrypt_token($2), refresh_token_encrypted = encrypt_token($3),
    token_expires_at = $4, last_synced_at = now()
  WHERE id = $1
$$;
CREATE FUNCTION get_decrypted_twitter_tokens(account_id uuid) RETURNS TABLE (access_token text, refresh_token text, token_expires_at timestamptz)
LANGUAGE sql SECURITY DEFINER AS $$
  SELECT decrypt_token(t.access_token_encrypted), decrypt_token(t.refresh_token_encrypted), t.token_expires_at
  FROM twitter_accounts t WHERE t.id = $1
$$;
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET app.settings.encryption_key = %L', current_database(), 'your-32-byte-key-here');
END
$$;

-- 003: policies
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(auth.jwt() -> 'user_metadata' ->> 'role' = 'admin', auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false) $$;
CREATE FUNCTION owns_twitter_account(account_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT EXISTS (SELECT 1 FROM twitter_accounts WHERE id = account_id AND user_id = auth.uid()) $$;
CREATE FUNCTION get_user_tier() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT coalesce((SELECT tier FROM subscriptions WHERE user_id = auth.uid() AND status = 'active'), 'inactive') $$;
CREATE FUNCTION has_active_subscription() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT EXISTS (SELECT 1 FROM subscriptions WHERE user_id = auth.uid() AND status = 'active') $$;
CREATE FUNCTION check_rate_limit(endpoint text, "limit" integer, window_minutes integer DEFAULT 60) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT count(*) < "limit" FROM api_usage
  WHERE user_id = auth.uid() AND endpoint = endpoint AND created_at > now() - make_interval(mins => window_minutes)
$$;
CREATE FUNCTION get_remaining_quota() RETURNS TABLE (tier text, monthly_limit integer, used_this_month bigint, remaining bigint, reset_date timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT t.tier, l.lim, u.used, l.lim - u.used, date_trunc('month', now()) + interval '1 month'
  FROM (SELECT get_user_tier() AS tier) t,
    LATERAL (SELECT CASE t.tier WHEN 'pro' THEN 10000 WHEN 'basic' THEN 1000 ELSE 0 END AS lim) l,
    (SELECT coalesce(sum(quota_consumed), 0)::bigint AS used FROM api_usage
     WHERE user_id = auth.uid() AND created_at >= date_trunc('month', now())) u
$$;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE twitter_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE analysis_results ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view own profile" ON users FOR SELECT USING (auth.uid() = id);
CREATE POLICY "Users can update own profile" ON users FOR UPDATE USING (auth.uid() = id) WITH CHECK (auth.uid() = id);
CREATE POLICY "Admins can view all users" ON users FOR SELECT USING (is_admin());
CREATE POLICY "Users can view own Twitter accounts" ON twitter_accounts FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can insert own Twitter accounts" ON twitter_accounts FOR INSERT WITH CHECK (auth.uid() = user_id);
CREATE POLICY "Users can update own Twitter accounts" ON twitter_accounts FOR UPDATE USING (auth.uid() = user_id) WITH CHECK (auth.uid() = user_id);
CREATE POLICY "Users can delete own Twitter accounts" ON twitter_accounts FOR DELETE USING (auth.uid() = user_id);
CREATE POLICY "Users can view own subscription" ON subscriptions FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can view own analysis results" ON analysis_results FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can delete own analysis results" ON analysis_results FOR DELETE USING (auth.uid() = user_id);

-- Maintenance
CREATE TABLE IF NOT EXISTS analysis_results_archive (LIKE analysis_results INCLUDING ALL);

DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL FUNCTIONS IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
END
$$;
