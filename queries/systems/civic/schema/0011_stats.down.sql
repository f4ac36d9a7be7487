DROP FUNCTION refresh_poll_stats();
DROP VIEW public_poll_stats;
DROP MATERIALIZED VIEW poll_stats;
