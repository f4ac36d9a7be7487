DROP FUNCTION has_active_subscription();
DROP FUNCTION get_user_tier();
DROP FUNCTION monthly_limit_of(text);
DROP FUNCTION tier_of(uuid);
DROP TABLE webhook_events;
DROP TABLE subscriptions;
