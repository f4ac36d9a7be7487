-- Who sees and changes what. The seed enables row level security on four of seven tables, gives two of them no policy, so that
-- nobody can vote, and lets users promote themselves (seed-defects 1.0 #16-#20). Column grants say what a user enters; everything
-- else (trust, verification, counters, evidence, weights, times) is not theirs.
-- One policy for each command and role. Not FORCE: the definer functions act as owner, and the application must not log in as one.

-- Definer: a policy of votes_v2 that read polls_v2 as the voter would see too little of it.
CREATE FUNCTION can_vote(p_poll_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT EXISTS (
    SELECT
    FROM polls_v2 p
    WHERE p.id = p_poll_id
      AND p.is_active
      AND p.status = 'active'
      AND now() BETWEEN p.start_time AND p.end_time
      AND (p.privacy_level = 'public' OR p.created_by = auth.uid() OR p.access_control -> 'invited' ? auth.uid()::text)
  )
$$;
COMMENT ON FUNCTION can_vote(uuid) IS 'The poll is open, and the user may take part.';

ALTER TABLE user_profiles_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE polls_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE votes_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE vote_registry ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_analytics ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_analytics ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_tallies ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;

-- The seed's policy "Users can view public profiles" is public_profiles now.
CREATE POLICY "Users can view their own profile" ON user_profiles_v2 FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can create their own profile" ON user_profiles_v2 FOR INSERT TO authenticated
WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can update their own profile" ON user_profiles_v2 FOR UPDATE TO authenticated
USING (user_id = (SELECT auth.uid()))
WITH CHECK (user_id = (SELECT auth.uid()));

CREATE POLICY "Everybody can view public polls" ON polls_v2 FOR SELECT TO anon
USING (privacy_level = 'public' AND is_active AND status <> 'draft');
CREATE POLICY "Users can view public polls" ON polls_v2 FOR SELECT TO authenticated
USING (
  created_by = (SELECT auth.uid())
  OR (
    is_active
    AND status <> 'draft'
    AND (privacy_level = 'public' OR access_control -> 'invited' ? (SELECT auth.uid())::text)
  )
);
CREATE POLICY "Users can create polls" ON polls_v2 FOR INSERT TO authenticated
WITH CHECK (created_by = (SELECT auth.uid()) AND status IN ('draft', 'active'));
CREATE POLICY "Users can update their own polls" ON polls_v2 FOR UPDATE TO authenticated
USING (created_by = (SELECT auth.uid()) AND is_active)
WITH CHECK (created_by = (SELECT auth.uid()));
CREATE POLICY "Users can delete their own drafts" ON polls_v2 FOR DELETE TO authenticated
USING (created_by = (SELECT auth.uid()) AND status = 'draft' AND total_votes = 0);

CREATE POLICY "Users can view their own votes" ON votes_v2 FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can vote in open polls" ON votes_v2 FOR INSERT TO authenticated
WITH CHECK (user_id = (SELECT auth.uid()) AND can_vote(poll_id));
CREATE POLICY "Users can change their vote while the poll is open" ON votes_v2 FOR UPDATE TO authenticated
USING (user_id = (SELECT auth.uid()) AND is_active AND can_vote(poll_id))
WITH CHECK (user_id = (SELECT auth.uid()) AND can_vote(poll_id));
CREATE POLICY "Users can take their vote back while the poll is open" ON votes_v2 FOR DELETE TO authenticated
USING (user_id = (SELECT auth.uid()) AND is_active AND can_vote(poll_id));

CREATE POLICY "Users can view their own and public feedback" ON feedback_v2 FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()) OR (is_public AND is_active));
CREATE POLICY "Users can give feedback" ON feedback_v2 FOR INSERT TO authenticated
WITH CHECK (user_id IS NULL OR user_id = (SELECT auth.uid()));

CREATE POLICY "Users can view their own figures" ON user_analytics FOR SELECT TO authenticated
USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can view the figures of their own polls" ON poll_analytics FOR SELECT TO authenticated
USING (EXISTS (SELECT FROM polls_v2 p WHERE p.id = poll_id AND p.created_by = (SELECT auth.uid())));
-- The policies of polls_v2 decide which polls these are.
CREATE POLICY "Who sees a poll sees its result" ON poll_tallies FOR SELECT TO anon, authenticated
USING (EXISTS (SELECT FROM polls_v2 p WHERE p.id = poll_id));

-- Default privileges of the database may have granted more than this.
REVOKE ALL ON user_profiles_v2, polls_v2, votes_v2, vote_registry, feedback_v2, user_analytics, poll_analytics, poll_tallies, audit_logs,
  poll_stats, public_poll_stats, public_profiles
FROM PUBLIC, anon, authenticated;

-- Ids are the database's: nobody chooses one, or finds out by choosing which are taken.
-- The e-mail address is the login's, see take_login_email: a user who could change it would learn whose addresses are taken.
GRANT SELECT ON user_profiles_v2 TO authenticated;
GRANT INSERT (user_id, username, display_name, email, avatar_url, bio, preferences, privacy_settings, social_links, interests,
    location_data, primary_hashtags, followed_hashtags, hashtag_preferences),
  UPDATE (username, display_name, avatar_url, bio, preferences, privacy_settings, social_links, interests, location_data,
    primary_hashtags, followed_hashtags, hashtag_preferences) ON user_profiles_v2 TO authenticated;
-- Without access_control and moderation_data: who is invited and what moderators noted is not for those who see the poll.
GRANT SELECT (id, title, description, options, voting_method, created_by, created_at, updated_at, start_time, end_time, status,
  privacy_level, hashtags, primary_hashtag, category, tags, total_votes, total_views, engagement_score, trending_score, is_trending,
  is_featured, poll_settings, is_active, is_verified) ON polls_v2 TO anon, authenticated;
GRANT INSERT (title, description, options, voting_method, created_by, start_time, end_time, status, privacy_level, access_control,
    hashtags, primary_hashtag, category, tags, poll_settings),
  UPDATE (title, description, options, voting_method, start_time, end_time, status, privacy_level, access_control, hashtags,
    primary_hashtag, category, tags, poll_settings),
  DELETE ON polls_v2 TO authenticated;
-- The address and the agent of a vote come from the request, see check_vote.
GRANT SELECT ON votes_v2 TO authenticated;
GRANT INSERT (poll_id, user_id, selected_options, vote_confidence, session_id, device_fingerprint, time_spent_seconds, page_views,
    engagement_actions),
  UPDATE (selected_options, vote_confidence),
  DELETE ON votes_v2 TO authenticated;
-- Whose feedback is public is decided by moderators, and what it tells of a device is not.
GRANT SELECT (id, user_id, title, description, feedback_type, category, priority, status, resolved_at, attachments, screenshots, created_at,
    updated_at, is_active, is_public),
  INSERT (user_id, title, description, feedback_type, category, user_journey, device_info, browser_info, performance_data, attachments,
    screenshots) ON feedback_v2 TO authenticated;
GRANT SELECT ON user_analytics, poll_analytics TO authenticated;
GRANT SELECT ON poll_tallies, public_poll_stats, public_profiles TO anon, authenticated;
GRANT ALL ON user_profiles_v2, polls_v2, votes_v2, vote_registry, feedback_v2, user_analytics, poll_analytics, poll_tallies TO service_role;
GRANT SELECT, INSERT ON audit_logs TO service_role;
GRANT SELECT ON poll_stats, public_poll_stats, public_profiles TO service_role;

-- Every function is executable by everybody until somebody says otherwise.
REVOKE ALL ON FUNCTION
  touch_updated_at(), keep_removed_at(), normal_hashtags(text[]), normalise_profile(), is_trusted(),
  option_ids(jsonb), are_options(jsonb), normalise_poll(),
  register_vote(), keep_vote_identity(), create_vote_partition(date), ensure_vote_partitions(int),
  request_address(), request_agent(), choice_fault(jsonb, text, jsonb), check_vote(), check_poll_change(),
  require_valid_vote(uuid, jsonb, timestamptz, boolean), check_poll_delete(), take_login_email(),
  add_to_totals(uuid[], uuid[], jsonb[], integer[]), count_votes(), forget_votes(), count_polls(), recount_poll(uuid), recount_user(uuid),
  open_profile(),
  keep_audit_logs(), actor_id(), audit_context(), evidence(), maintained(), write_change(text, uuid, jsonb, jsonb), audit_rows(),
  audit_change(),
  lock_removable(text, uuid), last_remover(text, uuid), soft_delete(text, uuid), restore_record(text, uuid), refresh_poll_stats(),
  v1_rows(text), known_word(text, text[], text), words_of(jsonb), migrate_user_profiles(), migrate_polls(), migrate_votes(),
  migrate_feedback(), migrate_from_v1(), validate_migration(), can_vote(uuid)
FROM PUBLIC, anon, authenticated;
-- The first four run in constraints and triggers as whoever writes, the fifth in policies.
GRANT EXECUTE ON FUNCTION
  normal_hashtags(text[]), option_ids(jsonb), are_options(jsonb), choice_fault(jsonb, text, jsonb), can_vote(uuid), is_trusted(),
  soft_delete(text, uuid), restore_record(text, uuid)
TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION
  ensure_vote_partitions(int), recount_poll(uuid), recount_user(uuid), refresh_poll_stats(), migrate_from_v1(), validate_migration()
TO service_role;

-- Noted on a table, so that the way back takes away what was given here and nothing else.
DO $$
DECLARE
  v_role text;
  v_granted text[] := '{}';
BEGIN
  FOREACH v_role IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF NOT has_schema_privilege(v_role, to_regnamespace(quote_ident(current_schema())), 'USAGE') THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), v_role);
      v_granted := v_granted || v_role;
    END IF;
  END LOOP;
  EXECUTE format('COMMENT ON TABLE audit_logs IS %L', 'Who changed what. pgdeck granted USAGE to: ' || array_to_string(v_granted, ','));
END
$$;
