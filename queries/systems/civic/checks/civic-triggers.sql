/*---
title    = "Triggers that are gone or switched off"
severity = "error"
category = "counters"
about    = "schema"
why      = "The rules of voting, one vote a user, totals, the trail and updated_at are kept by triggers alone. Without one of them its data begins to lie, silently."
---*/
WITH expected (name, trigger, calls) AS (VALUES
  ('audit_logs', 'audit_logs_immutable', 'keep_audit_logs'),
  ('audit_logs', 'audit_logs_kept', 'keep_audit_logs'),
  ('feedback_v2', 'feedback_audit_delete', 'audit_rows'),
  ('feedback_v2', 'feedback_audit_insert', 'audit_rows'),
  ('feedback_v2', 'feedback_audit_update', 'audit_change'),
  ('feedback_v2', 'feedback_removed_at', 'keep_removed_at'),
  ('feedback_v2', 'feedback_updated_at', 'touch_updated_at'),
  ('polls_v2', 'poll_audit_delete', 'audit_rows'),
  ('polls_v2', 'poll_audit_insert', 'audit_rows'),
  ('polls_v2', 'poll_audit_update', 'audit_change'),
  ('polls_v2', 'poll_hashtags', 'normalise_poll'),
  ('polls_v2', 'poll_kept', 'check_poll_delete'),
  ('polls_v2', 'poll_removed_at', 'keep_removed_at'),
  ('polls_v2', 'poll_rules', 'check_poll_change'),
  ('polls_v2', 'poll_totals', 'count_polls'),
  ('polls_v2', 'poll_totals_on_update', 'count_polls'),
  ('polls_v2', 'poll_updated_at', 'touch_updated_at'),
  ('user_profiles_v2', 'profile_audit_delete', 'audit_rows'),
  ('user_profiles_v2', 'profile_audit_insert', 'audit_rows'),
  ('user_profiles_v2', 'profile_audit_update', 'audit_change'),
  ('user_profiles_v2', 'profile_email', 'take_login_email'),
  ('user_profiles_v2', 'profile_hashtags', 'normalise_profile'),
  ('user_profiles_v2', 'profile_removed_at', 'keep_removed_at'),
  ('user_profiles_v2', 'profile_totals', 'open_profile'),
  ('user_profiles_v2', 'profile_updated_at', 'touch_updated_at'),
  ('votes_v2', 'vote_audit_delete', 'audit_rows'),
  ('votes_v2', 'vote_audit_insert', 'audit_rows'),
  ('votes_v2', 'vote_audit_update', 'audit_rows'),
  ('votes_v2', 'vote_identity', 'keep_vote_identity'),
  ('votes_v2', 'vote_registered', 'register_vote'),
  ('votes_v2', 'vote_removed_at', 'keep_removed_at'),
  ('votes_v2', 'vote_rules', 'check_vote'),
  ('votes_v2', 'vote_totals', 'count_votes'),
  ('votes_v2', 'vote_totals_on_delete', 'count_votes'),
  ('votes_v2', 'vote_totals_on_update', 'count_votes'),
  ('votes_v2', 'vote_updated_at', 'touch_updated_at'),
  ('votes_v2', 'votes_forgotten', 'forget_votes')
)
SELECT
  format('%I.%I.%I', current_schema(), e.name, e.trigger) AS object,
  CASE
    WHEN t.oid IS NULL THEN 'the trigger is missing'
    WHEN t.tgenabled = 'D' THEN 'the trigger is disabled'
    WHEN t.tgenabled = 'R' THEN 'the trigger fires on a replica only'
    ELSE format('the trigger calls %s, not %s', p.proname, e.calls)
  END AS detail,
  CASE WHEN t.tgenabled IN ('D', 'R')
    THEN format('ALTER TABLE %I.%I ENABLE TRIGGER %I', current_schema(), e.name, e.trigger)
    ELSE 'Create it again, as the migrations have it'
  END || '; then look for what it has missed' AS fix
FROM expected e
LEFT JOIN pg_catalog.pg_class c
  ON c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema()))
  AND c.relname = e.name
  AND c.relkind IN ('r', 'p')
LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = e.trigger AND NOT t.tgisinternal
LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE t.oid IS NULL OR t.tgenabled IN ('D', 'R') OR p.proname <> e.calls
/*--- plant
-- finds: civic.polls_v2.poll_updated_at
-- finds: civic.votes_v2.vote_rules
-- finds: civic.feedback_v2.feedback_audit_update
DROP TRIGGER poll_updated_at ON polls_v2;
ALTER TABLE votes_v2 DISABLE TRIGGER vote_rules;
ALTER TABLE feedback_v2 ENABLE REPLICA TRIGGER feedback_audit_update;
---*/
