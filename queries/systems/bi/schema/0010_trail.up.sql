-- What happens to a record leaves a row in audit_log, what happens to an assessment an event as well. The seed has both tables and
-- nothing that fills them but a client that writes its event in a request of its own (seed-defects 1.1 #26).

-- Where the request came from, as the gateway says; nothing of it where it says nothing or nonsense. Of the addresses the last is the
-- one our own proxy added: what stands before it came with the request, and says what the client likes.
CREATE FUNCTION request_origin(OUT address inet, OUT agent text, OUT session uuid)
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
DECLARE
  v_headers text := nullif(current_setting('request.headers', true), '');
  v_session text := auth.jwt() ->> 'session_id';
BEGIN
  IF v_headers IS NULL AND v_session IS NULL THEN
    RETURN;
  END IF;
  session := v_session::uuid;
  agent := left(v_headers::jsonb ->> 'user-agent', 400);
  address := btrim(substring(v_headers::jsonb ->> 'x-forwarded-for' FROM '[^,]*$'))::inet;
EXCEPTION WHEN data_exception THEN
  RETURN;
END
$$;

-- Columns that are not copied: who reads the trail must not learn them. That one of them changed is told. They are those that the
-- manifest masks.
CREATE FUNCTION without_secrets(p_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(jsonb_object_agg(
    r.key,
    CASE
      WHEN r.value <> 'null' AND r.key IN (
        'session_token', 'ip_address', 'invitation_token', 'invitee_email', 'stripe_subscription_id', 'stripe_customer_id', 'stripe_data',
        'sso_config', 'phone', 'content'
      ) THEN '"(hidden)"'
      ELSE r.value
    END
  ), '{}')
  FROM jsonb_each(p_row) r
$$;

-- The whole row when it comes and goes, the changed columns when it changes.
CREATE FUNCTION record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_old jsonb;
  v_new jsonb;
  v_row jsonb;
  v_organization uuid;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    v_old := to_jsonb(OLD);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    v_new := to_jsonb(NEW);
  END IF;
  v_row := coalesce(v_new, v_old);
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(n.key, v_old -> n.key), jsonb_object_agg(n.key, n.value)
    INTO v_old, v_new
    FROM jsonb_each(v_new) n
    WHERE n.value IS DISTINCT FROM v_old -> n.key AND n.key <> 'updated_at';
    IF v_new IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;
  -- Nobody in an organization reads whom it invited: that would tell who is a user.
  v_organization := CASE TG_TABLE_NAME
    WHEN 'organizations' THEN v_row ->> 'id'
    WHEN 'organization_members' THEN CASE WHEN v_row ->> 'status' <> 'invited' THEN v_row ->> 'organization_id' END
    WHEN 'assessment_scores' THEN (SELECT a.organization_id::text FROM assessments a WHERE a.id = (v_row ->> 'assessment_id')::uuid)
    ELSE v_row ->> 'organization_id'
  END;
  INSERT INTO audit_log (
    table_name, operation, user_id, organization_id, record_id, old_values, new_values, ip_address, user_agent, session_id, context
  )
  SELECT
    TG_TABLE_NAME,
    TG_OP,
    actor_id(),
    v_organization,
    (v_row ->> 'id')::uuid,
    CASE WHEN v_old IS NOT NULL THEN without_secrets(v_old) END,
    CASE WHEN v_new IS NOT NULL THEN without_secrets(v_new) END,
    o.address,
    o.agent,
    o.session,
    jsonb_build_object('session_user', session_user)
  FROM request_origin() o;
  RETURN NULL;
END
$$;

CREATE TRIGGER users_trail AFTER INSERT OR UPDATE OR DELETE ON users
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER organizations_trail AFTER INSERT OR UPDATE OR DELETE ON organizations
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER organization_members_trail AFTER INSERT OR UPDATE OR DELETE ON organization_members
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER subscriptions_trail AFTER INSERT OR UPDATE OR DELETE ON subscriptions
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER assessments_trail AFTER INSERT OR UPDATE OR DELETE ON assessments
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER assessment_scores_trail AFTER INSERT OR UPDATE OR DELETE ON assessment_scores
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER assessment_invitations_trail AFTER INSERT OR UPDATE OR DELETE ON assessment_invitations
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER growth_levers_trail AFTER INSERT OR UPDATE OR DELETE ON growth_levers
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER growth_progress_trail AFTER INSERT OR UPDATE OR DELETE ON growth_progress
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER simulations_trail AFTER INSERT OR UPDATE OR DELETE ON simulations
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER dashboard_widgets_trail AFTER INSERT OR UPDATE OR DELETE ON dashboard_widgets
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER email_subscriptions_trail AFTER INSERT OR UPDATE OR DELETE ON email_subscriptions
FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER user_sessions_trail AFTER INSERT OR UPDATE OR DELETE ON user_sessions
FOR EACH ROW EXECUTE FUNCTION record_change();

CREATE FUNCTION log_assessment_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_row assessments%ROWTYPE;
  v_user uuid;
  v_organization uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    v_row := OLD;
  ELSE
    v_row := NEW;
  END IF;
  -- Either may just be going with the assessment.
  v_user := coalesce(actor_id(), (SELECT u.id FROM users u WHERE u.id = v_row.user_id));
  v_organization := (SELECT o.id FROM organizations o WHERE o.id = v_row.organization_id);
  IF TG_OP = 'DELETE' THEN
    PERFORM append_event('assessment', v_row.id, 'assessment_deleted', jsonb_build_object('status', 'deleted'), NULL, v_organization, v_user);
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM append_event(
      'assessment', v_row.id, 'assessment_created',
      jsonb_build_object('assessment_type', v_row.assessment_type, 'version', v_row.version, 'status', 'in_progress'),
      NULL, v_organization, v_user
    );
    IF v_row.status = 'in_progress' THEN
      RETURN NULL;
    END IF;
  END IF;
  PERFORM append_event(
    'assessment',
    v_row.id,
    CASE v_row.status WHEN 'in_progress' THEN 'assessment_reopened' ELSE 'assessment_' || v_row.status END,
    jsonb_build_object('status', v_row.status),
    NULL,
    v_organization,
    v_user
  );
  RETURN NULL;
END
$$;

CREATE TRIGGER assessments_created_event AFTER INSERT OR DELETE ON assessments
FOR EACH ROW EXECUTE FUNCTION log_assessment_event();
CREATE TRIGGER assessments_status_event AFTER UPDATE ON assessments
FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION log_assessment_event();
