-- seed-defects 1.1 #5: the summary can be refreshed without locking its readers out

-- on the seed:
REFRESH MATERIALIZED VIEW assessment_analytics_summary;
-- on ours:
REFRESH MATERIALIZED VIEW CONCURRENTLY assessment_analytics_summary;
