DROP FUNCTION drop_audit_partitions(date);
DROP FUNCTION ensure_analytics_partitions(integer);
DROP FUNCTION ensure_audit_partitions(integer);
DROP FUNCTION make_month_partitions(text, date, date);
DROP FUNCTION guard_partition(text, text);
DROP TABLE analytics_events;
DROP TABLE audit_log;
