-- The trail. The seed's table is filled by nothing, can be written, changed and emptied by everybody, and its operation does not
-- even take SOFT_DELETE (seed-defects 1.0 #20, #21).
-- record_id is text: a uuid would shut out tables with other keys. context is new: it carries what the seed has no column for,
-- the operation id, the claimed actor and the reason of a console, the role, and which values were left out.
-- created_at is the clock's, not the transaction's: what one transaction did stands in its order.

CREATE TABLE audit_logs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  table_name varchar(50) NOT NULL,
  record_id text NOT NULL,
  operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'SOFT_DELETE', 'RESTORE')),
  old_values jsonb,
  new_values jsonb,
  user_id uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  ip_address inet,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  context jsonb NOT NULL DEFAULT '{}'
);
-- What happened to one row, latest first. Ids are of one table only, so the table need not be in it.
CREATE INDEX idx_audit_logs_record ON audit_logs (record_id, created_at DESC, id DESC);
-- With id: the keyset order of the list.
CREATE INDEX idx_audit_logs_created_at ON audit_logs (created_at DESC, id DESC);
CREATE INDEX idx_audit_logs_user_id ON audit_logs (user_id);
-- The console looks its operations up by their id.
CREATE INDEX idx_audit_logs_operation ON audit_logs ((context ->> 'operation')) WHERE context ? 'operation';

-- One change is allowed: the foreign key, a trigger itself, empties user_id once the login is gone.
CREATE FUNCTION keep_audit_logs() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
    IF NEW.user_id IS NULL AND to_jsonb(NEW) - 'user_id' = to_jsonb(OLD) - 'user_id' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit trail is not changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_logs_immutable BEFORE UPDATE OR DELETE ON audit_logs
FOR EACH ROW EXECUTE FUNCTION keep_audit_logs();
CREATE TRIGGER audit_logs_kept BEFORE TRUNCATE ON audit_logs
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_logs();

-- A login that is not among the users (any more) can still act; the foreign key takes it for nobody. Where the owner may not read
-- the logins, all that act are taken to be there.
CREATE FUNCTION actor_id() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF has_column_privilege('auth.users', 'id', 'SELECT') THEN
    RETURN (SELECT u.id FROM auth.users u WHERE u.id = auth.uid());
  END IF;
  RETURN auth.uid();
END
$$;

CREATE FUNCTION audit_context() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'role', coalesce(nullif(current_setting('role'), 'none'), session_user),
    'claims_role', auth.role()
  ))
$$;

-- Values that identify a person or a device stay out of the trail: it would keep them for ever and in clear.
CREATE FUNCTION evidence() RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT ARRAY['email', 'location_data', 'ip_address', 'user_agent', 'session_id', 'device_fingerprint', 'device_info', 'browser_info']
$$;

-- Kept by the database itself.
CREATE FUNCTION maintained() RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT ARRAY[
    'updated_at', 'total_votes', 'total_views', 'total_polls_created', 'total_votes_cast', 'total_engagement_score', 'engagement_score',
    'trending_score', 'is_trending', 'last_active_at'
  ]
$$;

CREATE FUNCTION write_change(p_table text, p_id uuid, p_old jsonb, p_new jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_keys text[];
  v_hidden text[];
BEGIN
  v_keys := ARRAY(
    SELECT n.key
    FROM jsonb_each(p_new) n
    WHERE n.value IS DISTINCT FROM p_old -> n.key AND NOT n.key = ANY (maintained())
    ORDER BY n.key
  );
  IF v_keys = '{}' THEN
    RETURN;
  END IF;
  v_hidden := ARRAY(SELECT k.key FROM unnest(v_keys) k (key) WHERE k.key = ANY (evidence()));
  INSERT INTO audit_logs (table_name, record_id, operation, old_values, new_values, user_id, ip_address, user_agent, context)
  SELECT
    p_table,
    p_id::text,
    CASE
      WHEN p_old ->> 'is_active' = 'true' AND p_new ->> 'is_active' = 'false' THEN 'SOFT_DELETE'
      WHEN p_old ->> 'is_active' = 'false' AND p_new ->> 'is_active' = 'true' THEN 'RESTORE'
      ELSE 'UPDATE'
    END,
    coalesce(jsonb_object_agg(k.key, p_old -> k.key) FILTER (WHERE NOT k.key = ANY (v_hidden)), '{}'),
    coalesce(jsonb_object_agg(k.key, p_new -> k.key) FILTER (WHERE NOT k.key = ANY (v_hidden)), '{}'),
    actor_id(),
    request_address(),
    request_agent(),
    audit_context() || CASE WHEN v_hidden <> '{}' THEN jsonb_build_object('left_out', v_hidden) ELSE '{}' END
  FROM unnest(v_keys) k (key);
END
$$;

CREATE FUNCTION audit_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_untold text[] := evidence() || maintained();
  v_actor uuid := actor_id();
  v_address inet := request_address();
  v_agent text := request_agent();
  v_context jsonb := audit_context();
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit_logs (table_name, record_id, operation, new_values, user_id, ip_address, user_agent, context)
    SELECT TG_TABLE_NAME, r.id::text, 'INSERT', jsonb_strip_nulls(to_jsonb(r) - v_untold), v_actor, v_address, v_agent, v_context
    FROM new_rows r;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO audit_logs (table_name, record_id, operation, old_values, user_id, ip_address, user_agent, context)
    SELECT TG_TABLE_NAME, r.id::text, 'DELETE', jsonb_strip_nulls(to_jsonb(r) - v_untold), v_actor, v_address, v_agent, v_context
    FROM old_rows r;
  ELSE
    PERFORM write_change(TG_TABLE_NAME, n.id, to_jsonb(o), to_jsonb(n))
    FROM old_rows o
    JOIN new_rows n ON n.id = o.id AND n.created_at = o.created_at
    WHERE o IS DISTINCT FROM n;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM write_change(TG_TABLE_NAME, NEW.id, to_jsonb(OLD), to_jsonb(NEW));
  RETURN NULL;
END
$$;

CREATE TRIGGER profile_audit_insert AFTER INSERT ON user_profiles_v2
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER profile_audit_delete AFTER DELETE ON user_profiles_v2
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER poll_audit_insert AFTER INSERT ON polls_v2
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER poll_audit_delete AFTER DELETE ON polls_v2
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER vote_audit_insert AFTER INSERT ON votes_v2
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER vote_audit_update AFTER UPDATE ON votes_v2
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER vote_audit_delete AFTER DELETE ON votes_v2
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER feedback_audit_insert AFTER INSERT ON feedback_v2
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
CREATE TRIGGER feedback_audit_delete AFTER DELETE ON feedback_v2
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();

-- Row triggers that name their columns: each vote counts its poll and its voter up, which is no change worth a look at the row.
CREATE TRIGGER profile_audit_update AFTER UPDATE OF
  id, user_id, username, display_name, email, avatar_url, bio, trust_tier, trust_score, reputation_points, verification_status,
  preferences, privacy_settings, social_links, interests, location_data, primary_hashtags, followed_hashtags, hashtag_preferences,
  is_active, is_verified, created_at, created_by, last_modified_by, modification_reason, removed_at
ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION audit_change();
CREATE TRIGGER poll_audit_update AFTER UPDATE OF
  id, title, description, options, voting_method, created_by, created_at, start_time, end_time, status, privacy_level, access_control,
  hashtags, primary_hashtag, category, tags, is_featured, poll_settings, analytics_data, moderation_data, is_active, is_verified,
  last_modified_by, modification_reason, removed_at
ON polls_v2
FOR EACH ROW EXECUTE FUNCTION audit_change();
CREATE TRIGGER feedback_audit_update AFTER UPDATE ON feedback_v2
FOR EACH ROW EXECUTE FUNCTION audit_change();
