DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY string_to_array(substring(obj_description('organization_members'::regclass) FROM 'USAGE to: (.*)$'), ',') LOOP
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), v_role);
  END LOOP;
END
$$;
COMMENT ON TABLE organization_members IS NULL;

REVOKE ALL ON
  users, organizations, organization_members, subscriptions, assessments, assessment_scores, assessment_invitations,
  market_insights, business_trends, engagement_intelligence, news_feed, growth_levers, simulations, growth_progress, events,
  snapshots, audit_log, dashboard_widgets, analytics_events, user_sessions, notifications, team_messages, email_subscriptions,
  legacy_users, user_dashboard_summary, organization_analytics, assessment_analytics_summary, tier2_users_compat,
  onboarding_assessments_compat
FROM authenticated, service_role;

DROP POLICY "Users change what they are mailed" ON email_subscriptions;
DROP POLICY "Users choose what they are mailed" ON email_subscriptions;
DROP POLICY "Users see what they are mailed" ON email_subscriptions;
DROP POLICY "Recipients mark messages" ON team_messages;
DROP POLICY "Members send messages" ON team_messages;
DROP POLICY "Members see messages to all, to them and from them" ON team_messages;
DROP POLICY "Users mark their notifications" ON notifications;
DROP POLICY "Users see their notifications" ON notifications;
DROP POLICY "Users see their sessions" ON user_sessions;
DROP POLICY "Users add their own activity" ON analytics_events;
DROP POLICY "Members see activity in their teams, users their own" ON analytics_events;
DROP POLICY "Users change their widgets" ON dashboard_widgets;
DROP POLICY "Users add their widgets" ON dashboard_widgets;
DROP POLICY "Users see their widgets" ON dashboard_widgets;
DROP POLICY "Owners and admins read the trail of their organizations" ON audit_log;
DROP POLICY "Users see snapshots of what they see the event of" ON snapshots;
DROP POLICY "Members see events of their teams, users their own" ON events;
DROP POLICY "Users change their own progress" ON growth_progress;
DROP POLICY "Users add their own progress" ON growth_progress;
DROP POLICY "Members see progress of their teams, users their own" ON growth_progress;
DROP POLICY "Users change their own simulations" ON simulations;
DROP POLICY "Users add their own simulations" ON simulations;
DROP POLICY "Members see simulations of their teams, users their own" ON simulations;
DROP POLICY "Users change their own growth levers" ON growth_levers;
DROP POLICY "Users add their own growth levers" ON growth_levers;
DROP POLICY "Members see growth levers of their teams, users their own" ON growth_levers;
DROP POLICY "Users read the news" ON news_feed;
DROP POLICY "Users read trends" ON business_trends;
DROP POLICY "Users see signals of their own, their teams and for all" ON engagement_intelligence;
DROP POLICY "Users see insights of their own, their teams and for all" ON market_insights;
DROP POLICY "Inviters, owners and admins change invitations" ON assessment_invitations;
DROP POLICY "Members see invitations of their organizations" ON assessment_invitations;
DROP POLICY "Users see the scores of assessments they see" ON assessment_scores;
DROP POLICY "Users change their own assessments" ON assessments;
DROP POLICY "Users add their own assessments" ON assessments;
DROP POLICY "Members see assessments of their teams, users their own" ON assessments;
DROP POLICY "Users see their subscription" ON subscriptions;
DROP POLICY "Owners and admins change members" ON organization_members;
DROP POLICY "Members see the members of their organizations" ON organization_members;
DROP POLICY "Owners and admins change their organizations" ON organizations;
DROP POLICY "Members see their organizations" ON organizations;
DROP POLICY "Users change themselves" ON users;
DROP POLICY "Users see themselves and their colleagues" ON users;

ALTER TABLE legacy_users DISABLE ROW LEVEL SECURITY;
ALTER TABLE email_subscriptions DISABLE ROW LEVEL SECURITY;
ALTER TABLE team_messages DISABLE ROW LEVEL SECURITY;
ALTER TABLE notifications DISABLE ROW LEVEL SECURITY;
ALTER TABLE user_sessions DISABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE dashboard_widgets DISABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY;
ALTER TABLE snapshots DISABLE ROW LEVEL SECURITY;
ALTER TABLE events DISABLE ROW LEVEL SECURITY;
ALTER TABLE growth_progress DISABLE ROW LEVEL SECURITY;
ALTER TABLE simulations DISABLE ROW LEVEL SECURITY;
ALTER TABLE growth_levers DISABLE ROW LEVEL SECURITY;
ALTER TABLE news_feed DISABLE ROW LEVEL SECURITY;
ALTER TABLE engagement_intelligence DISABLE ROW LEVEL SECURITY;
ALTER TABLE business_trends DISABLE ROW LEVEL SECURITY;
ALTER TABLE market_insights DISABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_invitations DISABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_scores DISABLE ROW LEVEL SECURITY;
ALTER TABLE assessments DISABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions DISABLE ROW LEVEL SECURITY;
ALTER TABLE organization_members DISABLE ROW LEVEL SECURITY;
ALTER TABLE organizations DISABLE ROW LEVEL SECURITY;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
