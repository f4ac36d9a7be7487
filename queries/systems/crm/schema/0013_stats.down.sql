DROP FUNCTION refresh_lead_stats();
DROP FUNCTION refresh_all_stats();
DROP FUNCTION refresh_stats(text);
DROP VIEW my_deal_stats;
DROP VIEW my_task_stats;
DROP VIEW my_lead_stats;
DROP MATERIALIZED VIEW deal_stats;
DROP MATERIALIZED VIEW task_stats;
DROP MATERIALIZED VIEW lead_stats;
