DROP FUNCTION record_api_usage(uuid, integer, integer);
DROP FUNCTION consume_quota(text, text, integer, integer, integer, uuid);
DROP FUNCTION get_remaining_quota();
DROP FUNCTION quota_of(uuid);
DROP FUNCTION check_rate_limit(text, integer, integer);
DROP TABLE api_usage_daily;
DROP TABLE api_usage;
