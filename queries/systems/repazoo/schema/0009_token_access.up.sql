-- What opens tokens, and how the key is changed. For the backend only.

CREATE FUNCTION get_decrypted_twitter_tokens(account_id uuid)
RETURNS TABLE (access_token text, refresh_token text, token_expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_account twitter_accounts;
BEGIN
  SELECT t.* INTO v_account FROM twitter_accounts t WHERE t.id = $1;
  IF v_account.id IS NULL THEN
    RETURN;
  END IF;
  -- The seed's READ: nothing in it is read more dangerously than this.
  PERFORM write_audit(v_account.user_id, 'READ', 'twitter_account', v_account.id::text, '{"columns": ["access_token", "refresh_token"]}');
  RETURN QUERY SELECT
    decrypt_token(v_account.access_token_encrypted),
    decrypt_token(v_account.refresh_token_encrypted),
    v_account.token_expires_at;
END
$$;

-- One transaction: either every token is sealed with the new key, or nothing changed. What cannot be opened stops it, because with
-- the old key the last chance to open it would be gone.
CREATE FUNCTION rotate_encryption_key() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_old bytea;
  v_new bytea := gen_random_bytes(32);
  v_broken uuid;
  v_accounts bigint;
BEGIN
  PERFORM require_read_committed();
  PERFORM pg_advisory_xact_lock(encryption_lock());
  SELECT k.key INTO v_old FROM encryption_keys k WHERE k.is_active FOR UPDATE;
  SELECT t.id INTO v_broken
  FROM twitter_accounts t
  WHERE v_old IS NULL
    OR NOT is_sealed_with(t.access_token_encrypted, v_old)
    OR NOT is_sealed_with(t.refresh_token_encrypted, v_old)
  ORDER BY t.id
  LIMIT 1;
  IF v_broken IS NOT NULL THEN
    RAISE EXCEPTION 'account % holds a token that the key of today does not open', v_broken
      USING ERRCODE = 'data_corrupted', HINT = 'let its user connect it again, then rotate';
  END IF;
  UPDATE encryption_keys SET key = NULL, is_active = false, retired_at = now() WHERE is_active;
  INSERT INTO encryption_keys (key) VALUES (v_new);
  UPDATE twitter_accounts
  SET
    access_token_encrypted = seal_token(open_token(access_token_encrypted, v_old), v_new),
    refresh_token_encrypted = seal_token(open_token(refresh_token_encrypted, v_old), v_new);
  GET DIAGNOSTICS v_accounts = ROW_COUNT;
  PERFORM write_audit(NULL, 'ADMIN_ACTION', 'encryption_key', NULL, jsonb_build_object('text', 'Encryption key rotated', 'accounts', v_accounts));
  RETURN v_accounts;
END
$$;
COMMENT ON FUNCTION rotate_encryption_key() IS 'Makes a new key and seals every token with it; returns the number of accounts.';
