-- Who sees and changes what: in the seed everybody everything (seed-defects 1.1 #21). A row with an organization is seen by its active
-- members, one without by its user. Policies are for the role authenticated, by name; anon gets nothing.
--
-- Not FORCE: the owner is the role that installed the system, whose definer functions and console see every row by design.
-- The application must not log in as owner.

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_scores ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE market_insights ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_trends ENABLE ROW LEVEL SECURITY;
ALTER TABLE engagement_intelligence ENABLE ROW LEVEL SECURITY;
ALTER TABLE news_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE growth_levers ENABLE ROW LEVEL SECURITY;
ALTER TABLE simulations ENABLE ROW LEVEL SECURITY;
ALTER TABLE growth_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE dashboard_widgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE legacy_users ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users see themselves and their colleagues" ON users FOR SELECT TO authenticated
USING (
  id = (SELECT auth.uid())
  OR EXISTS (
    SELECT
    FROM organization_members m
    WHERE m.user_id = users.id AND m.status = 'active' AND m.organization_id IN (SELECT my_organization_ids())
  )
);

CREATE POLICY "Users change themselves" ON users FOR UPDATE TO authenticated
USING (id = (SELECT active_user_id()))
WITH CHECK (id = (SELECT active_user_id()));

CREATE POLICY "Members see their organizations" ON organizations FOR SELECT TO authenticated
USING (id IN (SELECT my_organization_ids()));

CREATE POLICY "Owners and admins change their organizations" ON organizations FOR UPDATE TO authenticated
USING (id IN (SELECT my_organization_ids(ARRAY['owner', 'admin'])))
WITH CHECK (id IN (SELECT my_organization_ids(ARRAY['owner', 'admin'])));

CREATE POLICY "Members see the members of their organizations" ON organization_members FOR SELECT TO authenticated
USING ((status <> 'invited' AND organization_id IN (SELECT my_organization_ids())) OR user_id = (SELECT auth.uid()));

-- An admin makes nobody an owner and changes none. New members come by invite_member, which tells nobody who is a user.
CREATE POLICY "Owners and admins change members" ON organization_members FOR UPDATE TO authenticated
USING (
  status <> 'invited'
  AND organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin']))
  AND (role <> 'owner' OR organization_id IN (SELECT my_organization_ids(ARRAY['owner'])))
)
WITH CHECK (
  organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin']))
  AND (role <> 'owner' OR organization_id IN (SELECT my_organization_ids(ARRAY['owner'])))
);

CREATE POLICY "Users see their subscription" ON subscriptions FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Members see assessments of their teams, users their own" ON assessments FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users add their own assessments" ON assessments FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Users change their own assessments" ON assessments FOR UPDATE TO authenticated
USING (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
)
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Users see the scores of assessments they see" ON assessment_scores FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM assessments a WHERE a.id = assessment_id));

CREATE POLICY "Members see invitations of their organizations" ON assessment_invitations FOR SELECT TO authenticated
USING (organization_id IN (SELECT my_organization_ids()) OR (organization_id IS NULL AND inviter_id = (SELECT auth.uid())));

CREATE POLICY "Inviters, owners and admins change invitations" ON assessment_invitations FOR UPDATE TO authenticated
USING (
  (inviter_id = (SELECT active_user_id()) AND organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
  OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin']))
)
WITH CHECK (
  (inviter_id = (SELECT active_user_id()) AND organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
  OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin']))
);

CREATE POLICY "Users see insights of their own, their teams and for all" ON market_insights FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
  OR (organization_id IS NULL AND user_id IS NULL)
);

CREATE POLICY "Users see signals of their own, their teams and for all" ON engagement_intelligence FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
  OR (organization_id IS NULL AND user_id IS NULL)
);

CREATE POLICY "Users read trends" ON business_trends FOR SELECT TO authenticated
USING (true);

CREATE POLICY "Users read the news" ON news_feed FOR SELECT TO authenticated
USING (true);

CREATE POLICY "Members see growth levers of their teams, users their own" ON growth_levers FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users add their own growth levers" ON growth_levers FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Users change their own growth levers" ON growth_levers FOR UPDATE TO authenticated
USING (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
)
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Members see simulations of their teams, users their own" ON simulations FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users add their own simulations" ON simulations FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Users change their own simulations" ON simulations FOR UPDATE TO authenticated
USING (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
)
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Members see progress of their teams, users their own" ON growth_progress FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users add their own progress" ON growth_progress FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Users change their own progress" ON growth_progress FOR UPDATE TO authenticated
USING (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
)
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member'])))
);

CREATE POLICY "Members see events of their teams, users their own" ON events FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users see snapshots of what they see the event of" ON snapshots FOR SELECT TO authenticated
USING (
  EXISTS (
    SELECT FROM events e
    WHERE e.aggregate_type = snapshots.aggregate_type AND e.aggregate_id = snapshots.aggregate_id AND e.version = snapshots.version
  )
);

CREATE POLICY "Owners and admins read the trail of their organizations" ON audit_log FOR SELECT TO authenticated
USING (organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin'])));

CREATE POLICY "Users see their widgets" ON dashboard_widgets FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Users add their widgets" ON dashboard_widgets FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids()))
);

CREATE POLICY "Users change their widgets" ON dashboard_widgets FOR UPDATE TO authenticated
USING (user_id = (SELECT active_user_id()))
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids()))
);

CREATE POLICY "Members see activity in their teams, users their own" ON analytics_events FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  OR (organization_id IS NULL AND user_id = (SELECT auth.uid()))
);

CREATE POLICY "Users add their own activity" ON analytics_events FOR INSERT TO authenticated
WITH CHECK (
  user_id = (SELECT active_user_id())
  AND (organization_id IS NULL OR organization_id IN (SELECT my_organization_ids()))
);

CREATE POLICY "Users see their sessions" ON user_sessions FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Users see their notifications" ON notifications FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Users mark their notifications" ON notifications FOR UPDATE TO authenticated
USING (user_id = (SELECT active_user_id()))
WITH CHECK (user_id = (SELECT active_user_id()));

CREATE POLICY "Members see messages to all, to them and from them" ON team_messages FOR SELECT TO authenticated
USING (
  organization_id IN (SELECT my_organization_ids())
  AND (recipient_id IS NULL OR recipient_id = (SELECT auth.uid()) OR sender_id = (SELECT auth.uid()))
);

CREATE POLICY "Members send messages" ON team_messages FOR INSERT TO authenticated
WITH CHECK (
  sender_id = (SELECT active_user_id())
  AND organization_id IN (SELECT my_organization_ids(ARRAY['owner', 'admin', 'member']))
  -- The key would take somebody who is only invited, and so tell that he is.
  AND (
    recipient_id IS NULL
    OR EXISTS (
      SELECT
      FROM organization_members m
      WHERE m.organization_id = team_messages.organization_id AND m.user_id = recipient_id AND m.status = 'active'
    )
  )
);

CREATE POLICY "Recipients mark messages" ON team_messages FOR UPDATE TO authenticated
USING (
  recipient_id = (SELECT active_user_id())
  AND organization_id IN (SELECT my_organization_ids())
)
WITH CHECK (
  recipient_id = (SELECT active_user_id())
  AND organization_id IN (SELECT my_organization_ids())
);

CREATE POLICY "Users see what they are mailed" ON email_subscriptions FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Users choose what they are mailed" ON email_subscriptions FOR INSERT TO authenticated
WITH CHECK (user_id = (SELECT active_user_id()));

CREATE POLICY "Users change what they are mailed" ON email_subscriptions FOR UPDATE TO authenticated
USING (user_id = (SELECT active_user_id()))
WITH CHECK (user_id = (SELECT active_user_id()));

-- Default privileges of the database may have granted more than this.
REVOKE ALL ON
  users, organizations, organization_members, subscriptions, assessments, assessment_scores, assessment_invitations,
  market_insights, business_trends, engagement_intelligence, news_feed, growth_levers, simulations, growth_progress, events,
  snapshots, audit_log, dashboard_widgets, analytics_events, user_sessions, notifications, team_messages, email_subscriptions,
  legacy_users, user_dashboard_summary, organization_analytics, assessment_analytics_summary, tier2_users_compat,
  onboarding_assessments_compat
FROM PUBLIC, anon, authenticated;
-- Whoever may set the sequence of the trail to its end stops every change. An identity column needs no grant on it.
REVOKE ALL ON SEQUENCE audit_log_id_seq FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON
  users, organization_members, assessments, assessment_scores, market_insights, business_trends, engagement_intelligence,
  news_feed, growth_levers, simulations, growth_progress, events, snapshots, audit_log, dashboard_widgets, analytics_events,
  notifications, team_messages, email_subscriptions, user_dashboard_summary, organization_analytics, tier2_users_compat,
  onboarding_assessments_compat
TO authenticated;
-- Not what opens doors: tokens, even as hashes, the configuration of the single sign-on and what the payment service knows.
GRANT SELECT (id, name, slug, owner_id, settings, status, created_at, updated_at) ON organizations TO authenticated;
GRANT SELECT (id, user_id, plan, status, billing_cycle, next_billing_date, created_at, updated_at) ON subscriptions TO authenticated;
GRANT SELECT (id, inviter_id, organization_id, invitee_email, invitee_name, assessment_type, status, expires_at, completed_at, custom_message, created_at)
  ON assessment_invitations TO authenticated;
GRANT SELECT (id, user_id, ip_address, user_agent, device_info, started_at, ended_at, is_active) ON user_sessions TO authenticated;
-- Only what a user enters: not whose a row is, no scores, no role of the platform, and no DELETE.
GRANT UPDATE (first_name, last_name, phone, title, company, company_size, revenue_range, industry, timezone, linkedin_url, profile_pic_url,
    agreed_terms, agreed_marketing) ON users TO authenticated;
GRANT UPDATE (name, settings) ON organizations TO authenticated;
GRANT UPDATE (role, permissions, department, status) ON organization_members TO authenticated;
-- Without id: an assessment with that of a deleted one would go on in its history.
GRANT INSERT (user_id, organization_id, assessment_type, version, responses, metadata, status),
  UPDATE (responses, metadata, status) ON assessments TO authenticated;
GRANT UPDATE (invitee_name, custom_message, status, expires_at) ON assessment_invitations TO authenticated;
GRANT INSERT (id, user_id, organization_id, levers, priority_scores, implementation_plan, roi_estimates, status),
  UPDATE (levers, priority_scores, implementation_plan, roi_estimates, status) ON growth_levers TO authenticated;
GRANT INSERT (id, user_id, organization_id, simulation_type, input_data, output_data, status, metadata),
  UPDATE (input_data, output_data, status, metadata) ON simulations TO authenticated;
GRANT INSERT (id, user_id, organization_id, lever_id, milestone, status, progress_percentage, notes),
  UPDATE (milestone, status, progress_percentage, notes) ON growth_progress TO authenticated;
GRANT INSERT (id, user_id, organization_id, widget_type, widget_config, position, is_active),
  UPDATE (widget_config, position, is_active) ON dashboard_widgets TO authenticated;
GRANT INSERT (id, user_id, organization_id, event_type, event_data, session_id, source) ON analytics_events TO authenticated;
GRANT UPDATE (is_read) ON notifications TO authenticated;
GRANT INSERT (id, organization_id, sender_id, recipient_id, message_type, content, metadata), UPDATE (is_read) ON team_messages TO authenticated;
GRANT INSERT (user_id, email_type, is_active, preferences), UPDATE (is_active, preferences) ON email_subscriptions TO authenticated;
-- Events come by append_event. The trail takes what the service adds and keeps it.
GRANT ALL ON
  users, organizations, organization_members, subscriptions, assessments, assessment_scores, assessment_invitations,
  market_insights, business_trends, engagement_intelligence, news_feed, growth_levers, simulations, growth_progress,
  dashboard_widgets, analytics_events, user_sessions, notifications, team_messages, email_subscriptions
TO service_role;
GRANT SELECT ON
  events, snapshots, audit_log, user_dashboard_summary, organization_analytics, assessment_analytics_summary, tier2_users_compat,
  onboarding_assessments_compat
TO service_role;
GRANT INSERT ON audit_log TO service_role;

-- Every function is executable by everybody until somebody says otherwise.
REVOKE ALL ON FUNCTION
  update_updated_at_column(), my_organization_ids(text[]), is_trusted(), actor_id(), active_user_id(), keep_consent(),
  invite_member(uuid, uuid, text, jsonb, text), join_organization(uuid), leave_organization(uuid), stamp_completion(),
  guard_invitation(), new_token(), token_hash(text),
  create_invitation(uuid, text, text, text, text, interval), accept_invitation(text), take_organization_of_lever(),
  move_progress_with_lever(), keep_as_written(), check_event_version(), check_snapshot_version(),
  append_event(text, uuid, text, jsonb, integer, uuid, uuid), take_snapshot(text, uuid, jsonb), guard_partition(text, text),
  make_month_partitions(text, date, date), ensure_audit_partitions(integer), ensure_analytics_partitions(integer),
  drop_audit_partitions(date), stamp_session_end(), start_session(uuid, inet, text, jsonb), find_session(text), end_session(uuid),
  stamp_read(), request_origin(), without_secrets(jsonb), record_change(), log_assessment_event(), refresh_analytics_views(),
  require_legacy(text[]), migrate_user_data(), migrate_assessments(), migrate_intelligence_data()
FROM PUBLIC, anon, authenticated;
-- The first three are read by policies and views.
GRANT EXECUTE ON FUNCTION
  my_organization_ids(text[]), is_trusted(), active_user_id(), invite_member(uuid, uuid, text, jsonb, text), join_organization(uuid),
  leave_organization(uuid), create_invitation(uuid, text, text, text, text, interval), end_session(uuid)
TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION
  accept_invitation(text), append_event(text, uuid, text, jsonb, integer, uuid, uuid), take_snapshot(text, uuid, jsonb),
  start_session(uuid, inet, text, jsonb), find_session(text), refresh_analytics_views()
TO service_role;

-- Noted on the table, so that the way back takes away what was given here and nothing else.
DO $$
DECLARE
  v_role text;
  v_granted text[] := '{}';
BEGIN
  FOREACH v_role IN ARRAY ARRAY['authenticated', 'service_role'] LOOP
    IF NOT has_schema_privilege(v_role, to_regnamespace(quote_ident(current_schema())), 'USAGE') THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), v_role);
      v_granted := v_granted || v_role;
    END IF;
  END LOOP;
  EXECUTE format('COMMENT ON TABLE organization_members IS %L', 'Who belongs to which organization. pgdeck granted USAGE to: ' || array_to_string(v_granted, ','));
END
$$;
