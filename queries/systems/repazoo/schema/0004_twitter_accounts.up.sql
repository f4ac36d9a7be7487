-- The connected accounts. Tokens are sealed before they are stored.

CREATE TABLE twitter_accounts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- One account belongs to one user, disconnected or not.
  twitter_user_id text NOT NULL UNIQUE,
  twitter_username text NOT NULL,
  -- Nothing shorter can be a sealed token: version, IV, one block, HMAC (seed-defects 1.4 #22).
  access_token_encrypted bytea NOT NULL CHECK (octet_length(access_token_encrypted) >= 65),
  refresh_token_encrypted bytea NOT NULL CHECK (octet_length(refresh_token_encrypted) >= 65),
  token_expires_at timestamptz NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}',
  connected_at timestamptz NOT NULL DEFAULT now(),
  last_synced_at timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- What analysis_results refers to: an analysis belongs to the user its account belongs to (seed-defects 1.4 #21).
  UNIQUE (id, user_id)
);
-- The unique key answers for idx_twitter_accounts_twitter_user_id (seed-defects 1.4 #13).
CREATE INDEX idx_twitter_accounts_user_id ON twitter_accounts (user_id);
-- The seed names the condition and not the column. The job that refreshes tokens looks for those that end soon.
CREATE INDEX idx_twitter_accounts_is_active ON twitter_accounts (token_expires_at) WHERE is_active;
CREATE INDEX idx_twitter_accounts_last_synced ON twitter_accounts (last_synced_at DESC);
CREATE INDEX idx_twitter_accounts_created_at ON twitter_accounts (created_at DESC, id DESC);
CREATE INDEX idx_twitter_accounts_inactive ON twitter_accounts (updated_at DESC, id DESC) WHERE NOT is_active;

-- Not for the sealed bytes alone: a change of the key is no change of the account.
CREATE TRIGGER set_twitter_accounts_updated_at
BEFORE UPDATE OF user_id, twitter_user_id, twitter_username, token_expires_at, scopes, connected_at, last_synced_at, is_active
ON twitter_accounts
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE FUNCTION owns_twitter_account(account_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$ SELECT EXISTS (SELECT FROM twitter_accounts t WHERE t.id = $1 AND t.user_id = auth.uid()) $$;

-- The seed shows these two as SELECT f(user_id UUID, …), which is a signature and no call (seed-defects 1.4 #10). It does not say who
-- calls them. Only the backend does: it made the exchange with Twitter that proves whose account it is. A user who could call them
-- would take any account before its owner comes, because a Twitter id is stored once. Absent values are refused first: the error of
-- the constraint would show the whole row.
CREATE FUNCTION insert_twitter_account(
  user_id uuid,
  twitter_user_id text,
  twitter_username text,
  access_token text,
  refresh_token text,
  token_expires_at timestamptz,
  scopes text[]
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
DECLARE
  v_id uuid;
BEGIN
  IF NOT is_service() AND user_id IS DISTINCT FROM auth.uid() THEN
    RAISE EXCEPTION 'an account is connected for the user of the claims' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF num_nulls(user_id, twitter_user_id, twitter_username, access_token, refresh_token, token_expires_at) > 0 THEN
    RAISE EXCEPTION 'user, Twitter id, name, both tokens and their expiry are needed' USING ERRCODE = 'null_value_not_allowed';
  END IF;
  INSERT INTO twitter_accounts (
    user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted, token_expires_at, scopes
  )
  VALUES (
    user_id, twitter_user_id, twitter_username, encrypt_token(access_token), encrypt_token(refresh_token), token_expires_at,
    coalesce(scopes, '{}')
  )
  RETURNING twitter_accounts.id INTO v_id;
  RETURN v_id;
END
$$;
COMMENT ON FUNCTION insert_twitter_account(uuid, text, text, text, text, timestamptz, text[])
IS 'Connects an account and returns its id. The only way in for a token.';

CREATE FUNCTION update_twitter_tokens(account_id uuid, access_token text, refresh_token text, token_expires_at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
BEGIN
  IF num_nulls(account_id, access_token, refresh_token, token_expires_at) > 0 THEN
    RAISE EXCEPTION 'account, both tokens and their expiry are needed' USING ERRCODE = 'null_value_not_allowed';
  END IF;
  UPDATE twitter_accounts t
  SET
    access_token_encrypted = encrypt_token(access_token),
    refresh_token_encrypted = encrypt_token(refresh_token),
    token_expires_at = token_expires_at,
    last_synced_at = now()
  WHERE t.id = account_id AND (is_service() OR t.user_id = auth.uid());
  IF NOT FOUND THEN
    RAISE EXCEPTION 'account % not found', account_id USING ERRCODE = 'no_data_found';
  END IF;
END
$$;
