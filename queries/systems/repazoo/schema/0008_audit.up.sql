-- The trail. The seed calls it immutable and has nothing that keeps it so; a trigger that refuses every UPDATE would in turn make it
-- impossible to delete a user (seed-defects 1.4 #16). Here an entry may lose its user_id when that user is gone, and nothing else.

CREATE TABLE audit_log (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  action text NOT NULL CHECK (action IN (
    'CREATE', 'READ', 'UPDATE', 'DELETE',
    'LOGIN', 'LOGOUT',
    'OAUTH_CONNECT', 'OAUTH_DISCONNECT',
    'SUBSCRIPTION_CREATED', 'SUBSCRIPTION_UPDATED', 'SUBSCRIPTION_CANCELED',
    'ANALYSIS_EXECUTED', 'TOKEN_REFRESHED',
    'ADMIN_ACTION'
  )),
  resource_type text NOT NULL,
  resource_id text,
  ip_address inet,
  user_agent text,
  metadata jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN audit_log.metadata
IS 'What changed: columns, and old and new values of those that hold nothing private. session_user, where the user did not act himself.';
-- user_id and the time together, for the trail of one user; it also answers the foreign key.
CREATE INDEX idx_audit_log_user_id ON audit_log (user_id, created_at DESC, id DESC);
CREATE INDEX idx_audit_log_created_at ON audit_log (created_at DESC, id DESC);
CREATE INDEX idx_audit_log_action ON audit_log (action);
CREATE INDEX idx_audit_log_resource ON audit_log (resource_type, resource_id);

-- True inside the functions that apply retention, and nowhere else: they set the flag for themselves and run as the owner. Somebody
-- else may set the flag and stays who he is; a cascade of his runs as the owner, but within a trigger.
CREATE FUNCTION is_archiving() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(current_setting('repazoo.archiving', true) = 'on', false)
    AND pg_trigger_depth() = 0
    AND current_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = 'audit_log'::regclass)
$$;

CREATE FUNCTION audit_immutable() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.user_id IS NULL
      AND OLD.user_id IS NOT NULL
      AND to_jsonb(NEW) - 'user_id' = to_jsonb(OLD) - 'user_id'
      AND NOT EXISTS (SELECT FROM users u WHERE u.id = OLD.user_id)
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is immutable', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', HINT = 'archive_audit_log() moves what is older than three years';
END
$$;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_immutable();
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
FOR EACH ROW WHEN (NOT is_archiving()) EXECUTE FUNCTION audit_immutable();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_immutable();

-- The one writer. It checks nothing: only triggers and definer functions call it. An entry belongs to the user of the claims, else to
-- the user whose row it is; one who is being deleted at this moment can no longer be referred to.
CREATE FUNCTION write_audit(p_user_id uuid, p_action text, p_resource_type text, p_resource_id text, p_metadata jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_actor uuid := (SELECT u.id FROM users u WHERE u.id = auth.uid());
  v_id uuid;
BEGIN
  INSERT INTO audit_log (user_id, action, resource_type, resource_id, metadata)
  VALUES (
    coalesce(v_actor, (SELECT u.id FROM users u WHERE u.id = p_user_id)),
    p_action,
    p_resource_type,
    p_resource_id,
    coalesce(p_metadata, '{}')
      || CASE WHEN v_actor IS NULL THEN jsonb_build_object('session_user', session_user) ELSE '{}' END
  )
  RETURNING id INTO v_id;
  RETURN v_id;
END
$$;

-- The columns that changed; values only of those that identify nobody and open nothing, because an entry outlives its user.
CREATE FUNCTION audit_changes(p_old jsonb, p_new jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object(
    'columns', jsonb_agg(c.key ORDER BY c.key),
    'old', coalesce(jsonb_object_agg(c.key, c.before) FILTER (WHERE c.is_open), '{}'),
    'new', coalesce(jsonb_object_agg(c.key, c.after) FILTER (WHERE c.is_open), '{}')
  ) END
  FROM (
    SELECT
      n.key,
      o.value AS before,
      n.value AS after,
      n.key IN (
        'twitter_username', 'token_expires_at', 'last_synced_at', 'scopes', 'is_active', 'tier', 'status', 'current_period_start',
        'current_period_end', 'cancel_at_period_end'
      ) AS is_open
    FROM jsonb_each(p_new) n
    JOIN jsonb_each(p_old) o ON o.key = n.key
    WHERE n.value IS DISTINCT FROM o.value AND n.key <> 'updated_at'
  ) c
$$;

-- Ten of the seed's fourteen actions are changes of rows and are recorded here. READ is recorded where tokens are decrypted,
-- ADMIN_ACTION by retention, key rotation and the console; LOGIN and LOGOUT are the backend's to insert.
CREATE FUNCTION audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_old jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  v_new jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  v_row jsonb := coalesce(v_new, v_old);
  v_changes jsonb := CASE WHEN TG_OP = 'UPDATE' THEN audit_changes(v_old, v_new) END;
  v_action text;
BEGIN
  IF TG_OP = 'UPDATE' AND v_changes IS NULL THEN
    RETURN NULL;
  END IF;
  v_action := CASE
    WHEN TG_TABLE_NAME = 'twitter_accounts' THEN CASE
      WHEN TG_OP = 'INSERT' THEN 'OAUTH_CONNECT'
      WHEN TG_OP = 'DELETE' THEN CASE WHEN (v_old ->> 'is_active')::boolean THEN 'OAUTH_DISCONNECT' ELSE 'DELETE' END
      WHEN v_old -> 'is_active' <> v_new -> 'is_active'
        THEN CASE WHEN (v_new ->> 'is_active')::boolean THEN 'OAUTH_CONNECT' ELSE 'OAUTH_DISCONNECT' END
      WHEN v_changes -> 'columns' ? 'access_token_encrypted' AND v_changes -> 'columns' ?| ARRAY['token_expires_at', 'last_synced_at']
        THEN 'TOKEN_REFRESHED'
    END
    WHEN TG_TABLE_NAME = 'subscriptions' THEN CASE
      WHEN TG_OP = 'INSERT' THEN 'SUBSCRIPTION_CREATED'
      WHEN TG_OP = 'DELETE' THEN 'SUBSCRIPTION_CANCELED'
      WHEN v_new ->> 'status' = 'canceled' AND v_old ->> 'status' <> 'canceled' THEN 'SUBSCRIPTION_CANCELED'
      ELSE 'SUBSCRIPTION_UPDATED'
    END
    WHEN TG_TABLE_NAME = 'analysis_results' AND TG_OP = 'INSERT' THEN 'ANALYSIS_EXECUTED'
  END;
  PERFORM write_audit(
    (v_row ->> TG_ARGV[1])::uuid,
    coalesce(v_action, CASE TG_OP WHEN 'INSERT' THEN 'CREATE' ELSE TG_OP END),
    TG_ARGV[0],
    v_row ->> 'id',
    v_changes
  );
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION audit_row() IS 'Arguments: what a row is called in the trail, the column with its user.';

CREATE TRIGGER audit_users AFTER INSERT OR UPDATE OR DELETE ON users
FOR EACH ROW EXECUTE FUNCTION audit_row('user', 'id');
CREATE TRIGGER audit_twitter_accounts AFTER INSERT OR UPDATE OR DELETE ON twitter_accounts
FOR EACH ROW EXECUTE FUNCTION audit_row('twitter_account', 'user_id');
CREATE TRIGGER audit_subscriptions AFTER INSERT OR UPDATE OR DELETE ON subscriptions
FOR EACH ROW EXECUTE FUNCTION audit_row('subscription', 'user_id');
-- What moves to the archive is not lost.
CREATE TRIGGER audit_analysis_results AFTER INSERT OR UPDATE OR DELETE ON analysis_results
FOR EACH ROW WHEN (NOT is_archiving()) EXECUTE FUNCTION audit_row('analysis_result', 'user_id');
