/*---
title    = "What verify_database_schema() finds amiss"
severity = "error"
category = "schema"
about    = "schema"
why      = "The system brings its own verification of tables, keys, indexes, policies, functions and triggers. What it does not pass is missing or changed."
identity = ["object", "category"]
---*/
SELECT
  current_schema() || '.' || v.check_name AS object,
  v.category,
  format('%s: %s (%s)', v.category, v.details, v.status) AS detail,
  'Bring it back as the migrations of the system make it' AS fix
FROM verify_database_schema() v
WHERE v.status <> 'PASS'
/*--- plant
-- finds: repazoo.idx_api_usage_endpoint
-- finds: repazoo.subscriptions.tier
-- finds: repazoo.set_users_updated_at on users
-- finds: repazoo.analysis_results (twitter_account_id, user_id)
-- finds: repazoo.subscriptions (stripe_customer_id)
-- finds: repazoo.get_user_tier
-- finds: repazoo.webhook_events
DROP INDEX idx_api_usage_endpoint;
ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_tier_check;
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_tier_check CHECK (tier IN ('basic', 'pro', 'inactive', 'free'));
ALTER TABLE users DISABLE TRIGGER set_users_updated_at;
ALTER TABLE analysis_results DROP CONSTRAINT analysis_results_account_fkey;
ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_stripe_customer_id_key;
ALTER FUNCTION get_user_tier() RESET search_path;
ALTER TABLE webhook_events DISABLE ROW LEVEL SECURITY;
---*/
