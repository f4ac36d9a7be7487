-- The seed's four verification functions. They look at the schema they were made in, whatever it is called, where the seed's name
-- public; they only read, so a read-only transaction may call them.

CREATE FUNCTION verify_database_schema() RETURNS TABLE (category text, check_name text, status text, details text)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  WITH ours AS (
    SELECT c.oid, c.relname::text AS name, c.relrowsecurity, c.relowner
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p')
  ),
  tables (name) AS (VALUES
    ('users'), ('twitter_accounts'), ('subscriptions'), ('analysis_results'), ('api_usage'), ('webhook_events'), ('audit_log')
  ),
  indexes (name) AS (VALUES
    ('idx_users_created_at'),
    ('idx_twitter_accounts_user_id'), ('idx_twitter_accounts_is_active'), ('idx_twitter_accounts_last_synced'),
    ('idx_subscriptions_tier_status'), ('idx_subscriptions_active'),
    ('idx_analysis_results_user_date'), ('idx_analysis_results_twitter_account_id'), ('idx_analysis_results_created_at'),
    ('idx_analysis_results_analysis_type'), ('idx_analysis_results_model_used'), ('idx_analysis_results_purpose'),
    ('idx_api_usage_created_at'), ('idx_api_usage_endpoint'), ('idx_api_usage_user_date'),
    ('idx_webhook_events_processed'), ('idx_webhook_events_created_at'), ('idx_webhook_events_event_type'),
    ('idx_audit_log_user_id'), ('idx_audit_log_created_at'), ('idx_audit_log_action'), ('idx_audit_log_resource')
  ),
  unique_keys (name, columns) AS (VALUES
    ('users', '{email}'::text[]), ('twitter_accounts', '{twitter_user_id}'), ('subscriptions', '{user_id}'),
    ('subscriptions', '{stripe_customer_id}'), ('subscriptions', '{stripe_subscription_id}'), ('webhook_events', '{stripe_event_id}')
  ),
  links (name, columns, parent, on_delete) AS (VALUES
    ('users', '{id}'::text[], 'users', 'c'),
    ('twitter_accounts', '{user_id}', 'users', 'c'),
    ('subscriptions', '{user_id}', 'users', 'c'),
    ('analysis_results', '{user_id}', 'users', 'c'),
    ('analysis_results', '{twitter_account_id,user_id}', 'twitter_accounts', 'c'),
    ('api_usage', '{user_id}', 'users', 'c'),
    ('audit_log', '{user_id}', 'users', 'n')
  ),
  lists (name, attname, allowed) AS (VALUES
    ('subscriptions', 'tier', '{basic,pro,inactive}'::text[]),
    ('subscriptions', 'status', '{active,canceled,past_due,unpaid,inactive,trialing}'),
    ('analysis_results', 'model_used', '{sonnet,opus}'),
    ('analysis_results', 'analysis_type', '{sentiment,engagement,growth,content_analysis,trend_detection,risk_assessment}'),
    ('api_usage', 'method', '{GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS}'),
    ('audit_log', 'action', ARRAY[
      'CREATE', 'READ', 'UPDATE', 'DELETE', 'LOGIN', 'LOGOUT', 'OAUTH_CONNECT', 'OAUTH_DISCONNECT', 'SUBSCRIPTION_CREATED',
      'SUBSCRIPTION_UPDATED', 'SUBSCRIPTION_CANCELED', 'ANALYSIS_EXECUTED', 'TOKEN_REFRESHED', 'ADMIN_ACTION'
    ])
  ),
  functions (name, is_definer) AS (VALUES
    ('is_admin', false), ('owns_twitter_account', true), ('has_active_subscription', true), ('get_user_tier', true),
    ('check_rate_limit', true), ('get_remaining_quota', true), ('get_encryption_key', true), ('encrypt_token', true),
    ('decrypt_token', true), ('insert_twitter_account', true), ('update_twitter_tokens', true),
    ('get_decrypted_twitter_tokens', true), ('verify_encryption_setup', true), ('count_rls_policies', false),
    ('get_table_statistics', false)
  ),
  triggers (name, trigger) AS (VALUES
    ('users', 'check_users_email'), ('users', 'set_users_updated_at'), ('twitter_accounts', 'set_twitter_accounts_updated_at'),
    ('subscriptions', 'set_subscriptions_updated_at'), ('audit_log', 'audit_log_no_update'), ('audit_log', 'audit_log_no_delete'),
    ('audit_log', 'audit_log_no_truncate')
  ),
  -- Of each: whether it stands, and what is said if not.
  checks (category, check_name, is_right, wrong) AS (
    SELECT 'Extensions', 'pgcrypto', EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pgcrypto'), 'not installed'
    UNION ALL
    SELECT 'Tables', t.name, EXISTS (SELECT FROM ours o WHERE o.name = t.name), 'missing'
    FROM tables t
    UNION ALL
    SELECT 'Row Level Security', t.name, EXISTS (SELECT FROM ours o WHERE o.name = t.name AND o.relrowsecurity), 'not enabled'
    FROM tables t
    UNION ALL
    SELECT 'Policies', t.name, EXISTS (SELECT FROM ours o JOIN pg_policy p ON p.polrelid = o.oid WHERE o.name = t.name), 'none'
    FROM tables t
    UNION ALL
    SELECT 'Indexes', i.name, EXISTS (
      SELECT
      FROM pg_class c
      JOIN pg_index x ON x.indexrelid = c.oid
      WHERE c.relname = i.name AND x.indisvalid AND x.indrelid IN (SELECT o.oid FROM ours o)
    ), 'missing or invalid'
    FROM indexes i
    UNION ALL
    SELECT 'Unique keys', format('%s (%s)', k.name, array_to_string(k.columns, ', ')), EXISTS (
      SELECT
      FROM ours o
      JOIN pg_index x ON x.indrelid = o.oid
      WHERE o.name = k.name
        AND x.indisunique
        AND x.indisvalid
        AND x.indpred IS NULL
        AND x.indnkeyatts = cardinality(k.columns)
        AND k.columns = ARRAY(
          SELECT a.attname::text
          FROM unnest(x.indkey::int2[]) WITH ORDINALITY i (attnum, place)
          JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = i.attnum
          WHERE i.place <= x.indnkeyatts
          ORDER BY i.place
        )
    ), 'missing'
    FROM unique_keys k
    UNION ALL
    SELECT 'Foreign keys', format('%s (%s)', l.name, array_to_string(l.columns, ', ')), EXISTS (
      SELECT
      FROM ours o
      JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'f'
      JOIN pg_class p ON p.oid = k.confrelid AND p.relname = l.parent
      WHERE o.name = l.name
        AND k.confdeltype = l.on_delete::"char"
        AND l.columns = ARRAY(
          SELECT a.attname::text
          FROM unnest(k.conkey) WITH ORDINALITY i (attnum, place)
          JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = i.attnum
          ORDER BY i.place
        )
    ), format('missing, or not ON DELETE %s', CASE l.on_delete WHEN 'n' THEN 'SET NULL' ELSE 'CASCADE' END)
    FROM links l
    UNION ALL
    SELECT 'Allowed values', format('%s.%s', l.name, l.attname), EXISTS (
      SELECT
      FROM ours o
      JOIN pg_attribute a ON a.attrelid = o.oid AND a.attname = l.attname
      JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
      CROSS JOIN LATERAL (
        SELECT array_agg(m.match[1]) AS allowed
        FROM regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''', 'g') m (match)
      ) s
      WHERE o.name = l.name AND a.attnotnull AND s.allowed @> l.allowed AND s.allowed <@ l.allowed
    ), 'another list than the documented one, or NULL is allowed'
    FROM lists l
    UNION ALL
    SELECT 'Functions', f.name, EXISTS (
      SELECT
      FROM pg_proc p
      WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.proname = f.name
        AND p.prosecdef = f.is_definer
        AND EXISTS (SELECT FROM unnest(p.proconfig) s (setting) WHERE s.setting LIKE 'search\_path=%')
    ), 'missing, without a search_path, or not ' || CASE WHEN f.is_definer THEN 'SECURITY DEFINER' ELSE 'SECURITY INVOKER' END
    FROM functions f
    UNION ALL
    SELECT 'Triggers', format('%s on %s', t.trigger, t.name), EXISTS (
      SELECT
      FROM ours o
      JOIN pg_trigger g ON g.tgrelid = o.oid
      WHERE o.name = t.name AND g.tgname = t.trigger AND g.tgenabled IN ('O', 'A')
    ), 'missing or disabled'
    FROM triggers t
  )
  SELECT
    c.category,
    c.check_name,
    CASE WHEN c.is_right THEN 'PASS' ELSE 'FAIL' END,
    CASE WHEN c.is_right THEN 'as documented' ELSE c.wrong END
  FROM checks c
  ORDER BY c.category COLLATE "C", c.check_name COLLATE "C"
$$;
COMMENT ON FUNCTION verify_database_schema() IS 'Whether every documented object stands as documented; PASS or FAIL.';

CREATE FUNCTION verify_encryption_setup() RETURNS TABLE (test_name text, status text, details text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_sealed bytea;
BEGIN
  test_name := 'Encryption Key Retrieval';
  status := 'PASS';
  details := 'Encryption key successfully retrieved';
  BEGIN
    PERFORM get_encryption_key();
  EXCEPTION WHEN OTHERS THEN
    status := 'FAIL';
    details := SQLERRM;
  END;
  RETURN NEXT;

  test_name := 'Token Encryption';
  status := 'PASS';
  details := 'Token successfully encrypted';
  BEGIN
    v_sealed := encrypt_token('verification-token');
    IF position('verification-token'::bytea IN v_sealed) > 0 OR v_sealed = encrypt_token('verification-token') THEN
      status := 'FAIL';
      details := 'The stored bytes give the token away';
    END IF;
  EXCEPTION WHEN OTHERS THEN
    status := 'FAIL';
    details := SQLERRM;
  END;
  RETURN NEXT;

  test_name := 'Token Decryption';
  status := 'PASS';
  details := 'Token successfully decrypted and matches';
  BEGIN
    -- Without bytes to decrypt, what is missing is still the key.
    PERFORM get_encryption_key();
    IF decrypt_token(v_sealed) IS DISTINCT FROM 'verification-token' THEN
      status := 'FAIL';
      details := 'The decrypted token does not match';
    END IF;
  EXCEPTION WHEN OTHERS THEN
    status := 'FAIL';
    details := SQLERRM;
  END;
  RETURN NEXT;

  test_name := 'pgcrypto Extension';
  status := 'PASS';
  details := 'pgcrypto extension is installed';
  IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pgcrypto') THEN
    status := 'FAIL';
    details := 'pgcrypto extension is missing';
  END IF;
  RETURN NEXT;
END
$$;

CREATE FUNCTION count_rls_policies() RETURNS TABLE (table_name text, policy_count bigint)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT c.relname::text, count(p.oid)
  FROM pg_class c
  LEFT JOIN pg_policy p ON p.polrelid = c.oid
  WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p')
  GROUP BY c.relname
  ORDER BY c.relname
$$;

CREATE FUNCTION get_table_statistics()
RETURNS TABLE (table_name text, row_count bigint, total_size text, table_size text, indexes_size text)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT
    s.relname::text,
    s.n_live_tup,
    pg_size_pretty(pg_total_relation_size(s.relid)),
    pg_size_pretty(pg_table_size(s.relid)),
    pg_size_pretty(pg_indexes_size(s.relid))
  FROM pg_stat_user_tables s
  WHERE s.schemaname = current_schema()
  ORDER BY pg_total_relation_size(s.relid) DESC, s.relname
$$;
COMMENT ON FUNCTION get_table_statistics() IS 'Sizes, the largest first; rows as the server''s counters tell them.';
