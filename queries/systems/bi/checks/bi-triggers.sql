/*---
title    = "Triggers that are gone or switched off"
severity = "error"
category = "counters"
about    = "schema"
why      = "updated_at, completed_at, the order of events, the trail and whether a member agreed are kept by triggers alone. Without one of them its data begins to lie, silently."
---*/
WITH expected (name, trigger, calls) AS (VALUES
  ('assessment_invitations', 'assessment_invitations_completion', 'stamp_completion'),
  ('assessment_invitations', 'assessment_invitations_guard', 'guard_invitation'),
  ('assessment_invitations', 'assessment_invitations_trail', 'record_change'),
  ('assessment_scores', 'assessment_scores_trail', 'record_change'),
  ('assessments', 'assessments_completion', 'stamp_completion'),
  ('assessments', 'assessments_created_event', 'log_assessment_event'),
  ('assessments', 'assessments_status_event', 'log_assessment_event'),
  ('assessments', 'assessments_trail', 'record_change'),
  ('assessments', 'update_assessments_updated_at', 'update_updated_at_column'),
  ('audit_log', 'audit_log_kept', 'keep_as_written'),
  ('audit_log', 'audit_log_kept_from_truncate', 'keep_as_written'),
  ('dashboard_widgets', 'dashboard_widgets_trail', 'record_change'),
  ('dashboard_widgets', 'update_dashboard_widgets_updated_at', 'update_updated_at_column'),
  ('email_subscriptions', 'email_subscriptions_trail', 'record_change'),
  ('email_subscriptions', 'update_email_subscriptions_updated_at', 'update_updated_at_column'),
  ('engagement_intelligence', 'update_engagement_intelligence_updated_at', 'update_updated_at_column'),
  ('events', 'events_kept', 'keep_as_written'),
  ('events', 'events_kept_from_truncate', 'keep_as_written'),
  ('events', 'events_version', 'check_event_version'),
  ('growth_levers', 'growth_levers_move_progress', 'move_progress_with_lever'),
  ('growth_levers', 'growth_levers_trail', 'record_change'),
  ('growth_levers', 'update_growth_levers_updated_at', 'update_updated_at_column'),
  ('growth_progress', 'growth_progress_completion', 'stamp_completion'),
  ('growth_progress', 'growth_progress_organization', 'take_organization_of_lever'),
  ('growth_progress', 'growth_progress_trail', 'record_change'),
  ('growth_progress', 'update_growth_progress_updated_at', 'update_updated_at_column'),
  ('market_insights', 'update_market_insights_updated_at', 'update_updated_at_column'),
  ('notifications', 'notifications_read', 'stamp_read'),
  ('organization_members', 'organization_members_consent', 'keep_consent'),
  ('organization_members', 'organization_members_trail', 'record_change'),
  ('organization_members', 'update_organization_members_updated_at', 'update_updated_at_column'),
  ('organizations', 'organizations_trail', 'record_change'),
  ('organizations', 'update_organizations_updated_at', 'update_updated_at_column'),
  ('simulations', 'simulations_completion', 'stamp_completion'),
  ('simulations', 'simulations_trail', 'record_change'),
  ('snapshots', 'snapshots_kept', 'keep_as_written'),
  ('snapshots', 'snapshots_kept_from_truncate', 'keep_as_written'),
  ('snapshots', 'snapshots_version', 'check_snapshot_version'),
  ('subscriptions', 'subscriptions_trail', 'record_change'),
  ('subscriptions', 'update_subscriptions_updated_at', 'update_updated_at_column'),
  ('team_messages', 'team_messages_read', 'stamp_read'),
  ('user_sessions', 'user_sessions_end', 'stamp_session_end'),
  ('user_sessions', 'user_sessions_trail', 'record_change'),
  ('users', 'update_users_updated_at', 'update_updated_at_column'),
  ('users', 'users_trail', 'record_change')
)
SELECT
  current_schema() || '.' || e.name AS object,
  string_agg(
    format(
      '%s %s',
      e.trigger,
      CASE
        WHEN t.oid IS NULL THEN 'is missing'
        WHEN t.tgenabled = 'D' THEN 'is disabled'
        WHEN t.tgenabled = 'R' THEN 'fires on replicas only'
        ELSE 'calls ' || p.proname || ' instead of ' || e.calls
      END
    ),
    ', '
    ORDER BY e.trigger
  ) AS detail,
  string_agg(
    CASE
      WHEN t.tgenabled IN ('D', 'R') THEN format('ALTER TABLE %I.%I ENABLE TRIGGER %I', current_schema(), e.name, e.trigger)
      ELSE format('Create trigger %s again, as the migrations of the system have it', e.trigger)
    END,
    '; '
    ORDER BY e.trigger
  ) AS fix,
  count(*) AS weight
FROM expected e
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = e.trigger AND NOT t.tgisinternal
LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE t.oid IS NULL
  OR t.tgenabled IN ('D', 'R')
  OR p.proname <> e.calls
  OR p.pronamespace <> c.relnamespace
GROUP BY e.name
/*--- plant
-- finds: bi.growth_levers
-- finds: bi.assessments
-- finds: bi.user_sessions
DROP TRIGGER update_growth_levers_updated_at ON growth_levers;
ALTER TABLE assessments DISABLE TRIGGER assessments_created_event;
ALTER TABLE user_sessions ENABLE REPLICA TRIGGER user_sessions_end;
---*/
