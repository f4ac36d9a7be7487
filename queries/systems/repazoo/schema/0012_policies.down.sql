DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY string_to_array(substring(obj_description('users'::regclass) FROM 'USAGE to: (.*)$'), ',') LOOP
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), v_role);
  END LOOP;
END
$$;
COMMENT ON TABLE users IS NULL;

REVOKE ALL ON users, twitter_accounts, subscriptions, analysis_results, api_usage, webhook_events, audit_log, analysis_results_archive,
  audit_log_archive, api_usage_daily
FROM authenticated, service_role;

DROP POLICY "Nobody reads keys" ON encryption_keys;
DROP POLICY "Service role can view daily API usage" ON api_usage_daily;
DROP POLICY "Admins can view all daily API usage" ON api_usage_daily;
DROP POLICY "Users can view own daily API usage" ON api_usage_daily;
DROP POLICY "Service role can view archived audit logs" ON audit_log_archive;
DROP POLICY "Admins can view all archived audit logs" ON audit_log_archive;
DROP POLICY "Users can view own archived audit log" ON audit_log_archive;
DROP POLICY "Service role can view archived analysis results" ON analysis_results_archive;
DROP POLICY "Admins can view all archived analysis results" ON analysis_results_archive;
DROP POLICY "Users can delete own archived analysis results" ON analysis_results_archive;
DROP POLICY "Users can view own archived analysis results" ON analysis_results_archive;
DROP POLICY "Service role can insert audit logs" ON audit_log;
DROP POLICY "Service role can view audit logs" ON audit_log;
DROP POLICY "Admins can view all audit logs" ON audit_log;
DROP POLICY "Users can view own audit log" ON audit_log;
DROP POLICY "Service role manages webhook events" ON webhook_events;
DROP POLICY "Admins can view all webhook events" ON webhook_events;
DROP POLICY "Service role can insert API usage" ON api_usage;
DROP POLICY "Service role can view API usage" ON api_usage;
DROP POLICY "Admins can view all API usage" ON api_usage;
DROP POLICY "Users can view own API usage" ON api_usage;
DROP POLICY "Service role can insert analysis results" ON analysis_results;
DROP POLICY "Service role can view analysis results" ON analysis_results;
DROP POLICY "Admins can view all analysis results" ON analysis_results;
DROP POLICY "Users can delete own analysis results" ON analysis_results;
DROP POLICY "Users can view own analysis results" ON analysis_results;
DROP POLICY "Service role manages subscriptions" ON subscriptions;
DROP POLICY "Admins can view all subscriptions" ON subscriptions;
DROP POLICY "Users can view own subscription" ON subscriptions;
DROP POLICY "Service role manages Twitter accounts" ON twitter_accounts;
DROP POLICY "Admins can view all Twitter accounts" ON twitter_accounts;
DROP POLICY "Users can delete own Twitter accounts" ON twitter_accounts;
DROP POLICY "Users can update own Twitter accounts" ON twitter_accounts;
DROP POLICY "Users can insert own Twitter accounts" ON twitter_accounts;
DROP POLICY "Users can view own Twitter accounts" ON twitter_accounts;
DROP POLICY "Service role manages users" ON users;
DROP POLICY "Admins can view all users" ON users;
DROP POLICY "Users can update own profile" ON users;
DROP POLICY "Users can create own profile" ON users;
DROP POLICY "Users can view own profile" ON users;

ALTER TABLE encryption_keys DISABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage_daily DISABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log_archive DISABLE ROW LEVEL SECURITY;
ALTER TABLE analysis_results_archive DISABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage DISABLE ROW LEVEL SECURITY;
ALTER TABLE analysis_results DISABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions DISABLE ROW LEVEL SECURITY;
ALTER TABLE twitter_accounts DISABLE ROW LEVEL SECURITY;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
