-- Dashboard widgets and sessions.

CREATE TABLE dashboard_widgets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  widget_type text NOT NULL,
  widget_config jsonb NOT NULL DEFAULT '{}',
  position jsonb NOT NULL DEFAULT '{}',
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT dashboard_widgets_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_dashboard_widgets_user ON dashboard_widgets (user_id);
CREATE INDEX idx_dashboard_widgets_org ON dashboard_widgets (organization_id, user_id);
CREATE INDEX idx_dashboard_widgets_type ON dashboard_widgets (widget_type);
CREATE INDEX idx_dashboard_widgets_active ON dashboard_widgets (is_active);
CREATE INDEX idx_dashboard_widgets_inactive ON dashboard_widgets (updated_at DESC, id DESC) WHERE NOT is_active;

-- session_token holds the sha-256 of the token in hex (seed-defects 1.1 #24).
CREATE TABLE user_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  session_token text NOT NULL UNIQUE CONSTRAINT session_token_hashed CHECK (session_token ~ '^[0-9a-f]{64}$'),
  ip_address inet,
  user_agent text,
  device_info jsonb NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  is_active boolean NOT NULL DEFAULT true
);
CREATE INDEX idx_user_sessions_user ON user_sessions (user_id);
CREATE INDEX idx_user_sessions_active ON user_sessions (is_active);
CREATE INDEX idx_user_sessions_ended ON user_sessions (ended_at DESC, id DESC) WHERE NOT is_active;

-- is_active and ended_at say the same in two ways. Whichever of them a statement sets, the other follows.
CREATE FUNCTION stamp_session_end() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.is_active IS DISTINCT FROM NEW.is_active THEN
    NEW.ended_at := CASE WHEN NEW.is_active THEN NULL ELSE coalesce(NEW.ended_at, clock_timestamp()) END;
  ELSE
    NEW.is_active := NEW.is_active AND NEW.ended_at IS NULL;
    IF NOT NEW.is_active THEN
      NEW.ended_at := coalesce(NEW.ended_at, clock_timestamp());
    END IF;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER update_dashboard_widgets_updated_at BEFORE UPDATE ON dashboard_widgets
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER user_sessions_end BEFORE INSERT OR UPDATE OF is_active, ended_at ON user_sessions
FOR EACH ROW EXECUTE FUNCTION stamp_session_end();

CREATE FUNCTION start_session(
  p_user_id uuid,
  p_ip_address inet DEFAULT NULL,
  p_user_agent text DEFAULT NULL,
  p_device_info jsonb DEFAULT '{}',
  OUT session_id uuid,
  OUT token text
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  token := new_token();
  INSERT INTO user_sessions (user_id, session_token, ip_address, user_agent, device_info)
  VALUES (p_user_id, token_hash(token), p_ip_address, p_user_agent, p_device_info)
  RETURNING id INTO session_id;
END
$$;
COMMENT ON FUNCTION start_session(uuid, inet, text, jsonb) IS 'Starts a session and returns its token this once.';

CREATE FUNCTION find_session(p_token text, OUT session_id uuid, OUT user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT s.id, s.user_id FROM user_sessions s WHERE s.session_token = token_hash(p_token) AND s.is_active
$$;

CREATE FUNCTION end_session(p_session_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE user_sessions s
  SET is_active = false
  WHERE s.id = p_session_id AND s.is_active AND (is_trusted() OR s.user_id = auth.uid());
  RETURN FOUND;
END
$$;
COMMENT ON FUNCTION end_session(uuid) IS 'Ends a session; users end their own.';
