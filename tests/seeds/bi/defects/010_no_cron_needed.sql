-- seed-defects 1.1 #10: the refresh needs no scheduler in the database, only somebody who calls it

-- on the seed:
SELECT cron.schedule('refresh-analytics', '0 2 * * *', 'SELECT refresh_analytics_views();');
-- on ours:
SET LOCAL ROLE service_role;
SELECT refresh_analytics_views();
RESET ROLE;
