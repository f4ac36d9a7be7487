-- Who sees and changes what: the seed's matrix, which its policies cover by half (seed-defects 1.4 #7). Policies name their role; anon gets
-- nothing. An administrator reads all tables. The service role has a policy where the matrix gives it a command: it bypasses them where it
-- was made with BYPASSRLS, which not everybody may give. The seed's role = 'service_role' is no column (seed-defects 1.4 #6). Inside a
-- sub-select, where the seed has none, the claims are read once a statement and not once a row.
--
-- Not FORCE (seed-defects 1.4 #20): the owner's definer functions write for users. An owner without BYPASSRLS would need a policy that is
-- always true on every table, which binds him to nothing, and in return pg_dump fails for him and the console has to take every row for
-- hidden: it restores nothing and skips every check that reads rows. The application must not log in as owner.

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE twitter_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE analysis_results ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE analysis_results_archive ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log_archive ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_usage_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE encryption_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users can view own profile" ON users FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = id);
-- Missing in the seed, whose matrix and troubleshooting ask for it (seed-defects 1.4 #7).
CREATE POLICY "Users can create own profile" ON users FOR INSERT TO authenticated
WITH CHECK ((SELECT auth.uid()) = id);
CREATE POLICY "Users can update own profile" ON users FOR UPDATE TO authenticated
USING ((SELECT auth.uid()) = id)
WITH CHECK ((SELECT auth.uid()) = id);
CREATE POLICY "Admins can view all users" ON users FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role manages users" ON users FOR ALL TO service_role
USING ((SELECT auth.role()) = 'service_role')
WITH CHECK ((SELECT auth.role()) = 'service_role');

CREATE POLICY "Users can view own Twitter accounts" ON twitter_accounts FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users can insert own Twitter accounts" ON twitter_accounts FOR INSERT TO authenticated
WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users can update own Twitter accounts" ON twitter_accounts FOR UPDATE TO authenticated
USING ((SELECT auth.uid()) = user_id)
WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users can delete own Twitter accounts" ON twitter_accounts FOR DELETE TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all Twitter accounts" ON twitter_accounts FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role manages Twitter accounts" ON twitter_accounts FOR ALL TO service_role
USING ((SELECT auth.role()) = 'service_role')
WITH CHECK ((SELECT auth.role()) = 'service_role');

CREATE POLICY "Users can view own subscription" ON subscriptions FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all subscriptions" ON subscriptions FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role manages subscriptions" ON subscriptions FOR ALL TO service_role
USING ((SELECT auth.role()) = 'service_role')
WITH CHECK ((SELECT auth.role()) = 'service_role');

CREATE POLICY "Users can view own analysis results" ON analysis_results FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users can delete own analysis results" ON analysis_results FOR DELETE TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all analysis results" ON analysis_results FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view analysis results" ON analysis_results FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');
CREATE POLICY "Service role can insert analysis results" ON analysis_results FOR INSERT TO service_role
WITH CHECK ((SELECT auth.role()) = 'service_role');

-- Missing in the seed: without these a user sees nothing of his own usage and trail (seed-defects 1.4 #7).
CREATE POLICY "Users can view own API usage" ON api_usage FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all API usage" ON api_usage FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view API usage" ON api_usage FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');
CREATE POLICY "Service role can insert API usage" ON api_usage FOR INSERT TO service_role
WITH CHECK ((SELECT auth.role()) = 'service_role');

CREATE POLICY "Admins can view all webhook events" ON webhook_events FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role manages webhook events" ON webhook_events FOR ALL TO service_role
USING ((SELECT auth.role()) = 'service_role')
WITH CHECK ((SELECT auth.role()) = 'service_role');

CREATE POLICY "Users can view own audit log" ON audit_log FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all audit logs" ON audit_log FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view audit logs" ON audit_log FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');
CREATE POLICY "Service role can insert audit logs" ON audit_log FOR INSERT TO service_role
WITH CHECK ((SELECT auth.role()) = 'service_role');

-- What is archived stays its user's, and is as hidden from others as it was (seed-defects 1.4 #18).
CREATE POLICY "Users can view own archived analysis results" ON analysis_results_archive FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users can delete own archived analysis results" ON analysis_results_archive FOR DELETE TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all archived analysis results" ON analysis_results_archive FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view archived analysis results" ON analysis_results_archive FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');
CREATE POLICY "Users can view own archived audit log" ON audit_log_archive FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all archived audit logs" ON audit_log_archive FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view archived audit logs" ON audit_log_archive FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');
CREATE POLICY "Users can view own daily API usage" ON api_usage_daily FOR SELECT TO authenticated
USING ((SELECT auth.uid()) = user_id);
CREATE POLICY "Admins can view all daily API usage" ON api_usage_daily FOR SELECT TO authenticated
USING ((SELECT is_admin()));
CREATE POLICY "Service role can view daily API usage" ON api_usage_daily FOR SELECT TO service_role
USING ((SELECT auth.role()) = 'service_role');

-- No role is granted the table either; this says that it is meant.
CREATE POLICY "Nobody reads keys" ON encryption_keys FOR ALL TO PUBLIC
USING (false)
WITH CHECK (false);

-- Default privileges of the database may have granted more than this.
REVOKE ALL ON users, twitter_accounts, subscriptions, analysis_results, api_usage, webhook_events, audit_log, analysis_results_archive,
  audit_log_archive, api_usage_daily, encryption_keys
FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON users, subscriptions, analysis_results, api_usage, webhook_events, audit_log, analysis_results_archive, audit_log_archive,
  api_usage_daily
TO authenticated;
GRANT INSERT (id, email, display_name), UPDATE (email, display_name) ON users TO authenticated;
-- Not the tokens: the seed lets a user read his ciphertext and write plain text over it (seed-defects 1.4 #22). An account without tokens
-- cannot be inserted, so insert_twitter_account is the only way in, and the backend's; the policy for INSERT is the seed's and waits for
-- a grant. Nor the name, which comes from Twitter: a user may disconnect an account, connect it again and delete it.
GRANT SELECT (id, user_id, twitter_user_id, twitter_username, token_expires_at, scopes, connected_at, last_synced_at, is_active, created_at,
    updated_at),
  UPDATE (is_active), DELETE
ON twitter_accounts TO authenticated;
GRANT DELETE ON analysis_results, analysis_results_archive TO authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE ON users, subscriptions, webhook_events TO service_role;
-- The backend writes tokens through the functions as well.
GRANT SELECT, UPDATE (twitter_username, scopes, last_synced_at, is_active), DELETE ON twitter_accounts TO service_role;
GRANT SELECT, INSERT ON analysis_results, api_usage, audit_log TO service_role;
GRANT SELECT ON analysis_results_archive, audit_log_archive, api_usage_daily TO service_role;

-- Every function is executable by everybody until somebody says otherwise; where Supabase's default privileges hold, REVOKE FROM PUBLIC
-- alone leaves it executable (seed-defects 1.4 #5).
REVOKE ALL ON FUNCTION
  set_updated_at(), is_admin(), is_service(), check_own_email(),
  get_encryption_key(), seal_token(text, bytea), is_sealed_with(bytea, bytea), open_token(bytea, bytea), encryption_lock(),
  require_read_committed(), encrypt_token(text), decrypt_token(bytea), token_is_authentic(bytea),
  owns_twitter_account(uuid), insert_twitter_account(uuid, text, text, text, text, timestamptz, text[]),
  update_twitter_tokens(uuid, text, text, timestamptz),
  tier_of(uuid), monthly_limit_of(text), get_user_tier(), has_active_subscription(),
  check_rate_limit(text, integer, integer), quota_of(uuid), get_remaining_quota(),
  consume_quota(text, text, integer, integer, integer, uuid), record_api_usage(uuid, integer, integer),
  is_archiving(), audit_immutable(), write_audit(uuid, text, text, text, jsonb), audit_changes(jsonb, jsonb), audit_row(),
  get_decrypted_twitter_tokens(uuid), rotate_encryption_key(),
  archive_audit_log(), purge_audit_log_archive(), archive_analysis_results(), purge_analysis_results_archive(),
  aggregate_api_usage(), purge_api_usage(), apply_retention(),
  verify_database_schema(), verify_encryption_setup(), count_rls_policies(), get_table_statistics()
FROM PUBLIC, anon, authenticated, service_role;
-- is_archiving is asked by a trigger's WHEN, with the rights of whoever fires it.
GRANT EXECUTE ON FUNCTION
  is_admin(), is_archiving(), owns_twitter_account(uuid),
  get_user_tier(), has_active_subscription(), check_rate_limit(text, integer, integer), get_remaining_quota(),
  consume_quota(text, text, integer, integer, integer, uuid)
TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION
  insert_twitter_account(uuid, text, text, text, text, timestamptz, text[]), update_twitter_tokens(uuid, text, text, timestamptz),
  encrypt_token(text), decrypt_token(bytea), token_is_authentic(bytea), get_decrypted_twitter_tokens(uuid), rotate_encryption_key(),
  record_api_usage(uuid, integer, integer), apply_retention(), archive_audit_log(), archive_analysis_results(), aggregate_api_usage(),
  purge_api_usage(),
  verify_database_schema(), verify_encryption_setup(), count_rls_policies(), get_table_statistics()
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
  EXECUTE format('COMMENT ON TABLE users IS %L', 'Who uses the application. pgdeck granted USAGE to: ' || array_to_string(v_granted, ','));
END
$$;
