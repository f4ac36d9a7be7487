DROP VIEW onboarding_assessments_compat;
DROP VIEW tier2_users_compat;
DROP FUNCTION refresh_analytics_views();
DROP MATERIALIZED VIEW assessment_analytics_summary;
DROP VIEW organization_analytics;
DROP VIEW user_dashboard_summary;
