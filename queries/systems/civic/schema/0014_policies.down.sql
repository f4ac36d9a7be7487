DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY string_to_array(substring(obj_description('audit_logs'::regclass) FROM 'USAGE to: (.*)$'), ',') LOOP
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), v_role);
  END LOOP;
END
$$;
COMMENT ON TABLE audit_logs IS NULL;

REVOKE ALL ON user_profiles_v2, polls_v2, votes_v2, vote_registry, feedback_v2, user_analytics, poll_analytics, poll_tallies, audit_logs,
  poll_stats, public_poll_stats, public_profiles
FROM anon, authenticated, service_role;

DROP POLICY "Who sees a poll sees its result" ON poll_tallies;
DROP POLICY "Users can view the figures of their own polls" ON poll_analytics;
DROP POLICY "Users can view their own figures" ON user_analytics;
DROP POLICY "Users can give feedback" ON feedback_v2;
DROP POLICY "Users can view their own and public feedback" ON feedback_v2;
DROP POLICY "Users can take their vote back while the poll is open" ON votes_v2;
DROP POLICY "Users can change their vote while the poll is open" ON votes_v2;
DROP POLICY "Users can vote in open polls" ON votes_v2;
DROP POLICY "Users can view their own votes" ON votes_v2;
DROP POLICY "Users can delete their own drafts" ON polls_v2;
DROP POLICY "Users can update their own polls" ON polls_v2;
DROP POLICY "Users can create polls" ON polls_v2;
DROP POLICY "Users can view public polls" ON polls_v2;
DROP POLICY "Everybody can view public polls" ON polls_v2;
DROP POLICY "Users can update their own profile" ON user_profiles_v2;
DROP POLICY "Users can create their own profile" ON user_profiles_v2;
DROP POLICY "Users can view their own profile" ON user_profiles_v2;

ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY;
ALTER TABLE poll_tallies DISABLE ROW LEVEL SECURITY;
ALTER TABLE poll_analytics DISABLE ROW LEVEL SECURITY;
ALTER TABLE user_analytics DISABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_v2 DISABLE ROW LEVEL SECURITY;
ALTER TABLE vote_registry DISABLE ROW LEVEL SECURITY;
ALTER TABLE votes_v2 DISABLE ROW LEVEL SECURITY;
ALTER TABLE polls_v2 DISABLE ROW LEVEL SECURITY;
ALTER TABLE user_profiles_v2 DISABLE ROW LEVEL SECURITY;

DROP FUNCTION can_vote(uuid);
