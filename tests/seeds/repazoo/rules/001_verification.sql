-- seed-defects 1.4 #1: the four verification functions answer as the seed shows

DO $$
BEGIN
  IF NOT coalesce((SELECT array_agg(format('%s|%s|%s', test_name, status, details)) = ARRAY[
    'Encryption Key Retrieval|PASS|Encryption key successfully retrieved',
    'Token Encryption|PASS|Token successfully encrypted',
    'Token Decryption|PASS|Token successfully decrypted and matches',
    'pgcrypto Extension|PASS|pgcrypto extension is installed'
  ] FROM verify_encryption_setup()), false) THEN
    RAISE EXCEPTION 'defect: verify_encryption_setup says something else';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) > 50 AND bool_and(status = 'PASS')
      AND array_agg(category || check_name) = array_agg(category || check_name ORDER BY category COLLATE "C", check_name COLLATE "C")
      FROM verify_database_schema()), false) THEN
    RAISE EXCEPTION 'defect: verify_database_schema finds something, or is not in order';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) FILTER (WHERE policy_count > 0) = 7
      FROM count_rls_policies() WHERE table_name IN ('users', 'twitter_accounts', 'subscriptions', 'analysis_results', 'api_usage', 'webhook_events', 'audit_log')), false) THEN
    RAISE EXCEPTION 'defect: a table has no policy';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(row_count) >= 7 FROM get_table_statistics()), false) THEN
    RAISE EXCEPTION 'defect: tables are missing';
  END IF;
END
$$;
