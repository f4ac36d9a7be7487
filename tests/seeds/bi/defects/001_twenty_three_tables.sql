-- seed-defects 1.1 #1: 23 tables stand; the 25 of the summary are not described

DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 23
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p') AND c.relname IN (
      'users', 'organizations', 'organization_members', 'subscriptions', 'assessments', 'assessment_scores', 'assessment_invitations',
      'market_insights', 'business_trends', 'engagement_intelligence', 'news_feed', 'growth_levers', 'simulations', 'growth_progress',
      'events', 'snapshots', 'audit_log', 'dashboard_widgets', 'analytics_events', 'user_sessions', 'notifications', 'team_messages',
      'email_subscriptions'
    )
  ), false) THEN
    RAISE EXCEPTION 'defect: tables are missing';
  END IF;
END
$$;
