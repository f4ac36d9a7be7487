-- seed-defects 1.1 #9: the refresh function refreshes what can be refreshed

-- on the seed:
CREATE MATERIALIZED VIEW assessment_analytics_summary AS SELECT 1 AS repaired;
SELECT refresh_analytics_views();
-- on ours:
SELECT refresh_analytics_views();
