-- The audit trail of the application. It stays append-only for users: rows come from triggers and from log_activity.

CREATE TABLE activities (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  -- The seed's 27 types, and ours: email_updated and email_deleted, without which the removal of a thread leaves no trace.
  activity_type text NOT NULL CHECK (activity_type IN (
    'lead_created', 'lead_updated', 'lead_status_changed', 'lead_deleted',
    'note_created', 'note_updated', 'note_deleted',
    'task_created', 'task_updated', 'task_completed', 'task_deleted',
    'deal_created', 'deal_updated', 'deal_stage_changed', 'deal_deleted',
    'email_sent', 'email_received', 'email_replied', 'email_updated', 'email_deleted',
    'call_logged', 'meeting_scheduled', 'meeting_completed',
    'file_uploaded', 'file_deleted',
    'user_invited', 'user_removed',
    'integration_connected', 'integration_error'
  )),
  -- The seed logs email_thread without allowing it (seed-defects 1.2 #7).
  entity_type text CHECK (entity_type IN (
    'lead', 'task', 'note', 'deal', 'email', 'email_thread', 'attachment', 'user', 'organization'
  )),
  entity_id uuid,
  lead_id uuid,
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  description text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  changes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
COMMENT ON COLUMN activities.changes IS 'Changed columns as {"old": {…}, "new": {…}}, and keys of their own for status, stage and completion.';
COMMENT ON COLUMN activities.metadata IS 'session_user, where no known user stands behind the change.';

CREATE INDEX idx_activities_org_id ON activities (org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_lead_id ON activities (lead_id, org_id) WHERE lead_id IS NOT NULL;
CREATE INDEX idx_activities_user_id ON activities (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_activities_entity ON activities (entity_type, entity_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_type ON activities (activity_type) WHERE deleted_at IS NULL;
-- id is added to the seed's index: the keyset list needs an order without ties.
CREATE INDEX idx_activities_created_at ON activities (created_at DESC, id DESC) WHERE deleted_at IS NULL;
-- Not partial: it also answers the foreign key to organizations.
CREATE INDEX idx_activities_org_lead_created ON activities (org_id, lead_id, created_at DESC);
CREATE INDEX idx_activities_org_created ON activities (org_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_deleted ON activities (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- A user id that the application knows: an account without a row in users may act, too (seed-defects 1.2 #23).
CREATE FUNCTION actor_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$ SELECT u.id FROM users u WHERE u.id = auth.uid() $$;

-- Whom to ask where actor_id() is NULL.
CREATE FUNCTION actor_note() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT CASE WHEN actor_id() IS NULL
    THEN jsonb_strip_nulls(jsonb_build_object('session_user', session_user, 'auth_uid', auth.uid()))
    ELSE '{}' END
$$;

-- The one writer of the trail. It checks nothing: only triggers and the functions below may call it. An organization or a
-- lead that is being deleted for good at this moment can no longer be referred to.
CREATE FUNCTION write_activity(
  p_org_id uuid,
  p_activity_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_lead_id uuid,
  p_description text,
  p_changes jsonb
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_id uuid;
BEGIN
  INSERT INTO activities (org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, metadata, changes)
  SELECT
    o.id,
    p_activity_type,
    p_entity_type,
    p_entity_id,
    (SELECT l.id FROM leads l WHERE l.id = p_lead_id AND l.org_id = p_org_id),
    actor_id(),
    p_description,
    actor_note(),
    coalesce(p_changes, '{}')
  FROM organizations o
  WHERE o.id = p_org_id
  RETURNING id INTO v_id;
  RETURN v_id;
END
$$;

-- Forged entries were possible for any tenant, by anybody (seed-defects 1.2 #23).
CREATE FUNCTION log_activity(
  p_org_id uuid,
  p_activity_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_lead_id uuid,
  p_description text,
  p_changes jsonb DEFAULT '{}'
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_id uuid;
BEGIN
  IF NOT may_act_for(p_org_id) THEN
    RAISE EXCEPTION 'not a member of organization %', p_org_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF p_lead_id IS NOT NULL AND NOT EXISTS (SELECT FROM leads WHERE id = p_lead_id AND org_id = p_org_id) THEN
    RAISE EXCEPTION 'lead % is not in organization %', p_lead_id, p_org_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  v_id := write_activity(p_org_id, p_activity_type, p_entity_type, p_entity_id, p_lead_id, p_description, p_changes);
  IF v_id IS NULL THEN
    RAISE EXCEPTION 'organization % does not exist', p_org_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN v_id;
END
$$;
COMMENT ON FUNCTION log_activity(uuid, text, text, uuid, uuid, text, jsonb)
IS 'Writes one row of the trail in the name of the caller, who must be a member of the organization.';

-- The types no change of a row stands for had no writer (seed-defects 1.2 #26).
CREATE FUNCTION log_call(p_lead_id uuid, p_description text, p_seconds integer DEFAULT NULL) RETURNS uuid
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
  SELECT log_activity(
    l.org_id, 'call_logged', 'lead', l.id, l.id, p_description,
    jsonb_strip_nulls(jsonb_build_object('seconds', p_seconds))
  )
  FROM leads l
  WHERE l.id = p_lead_id
$$;

CREATE FUNCTION log_meeting(p_lead_id uuid, p_description text, p_at timestamptz, p_completed boolean DEFAULT false) RETURNS uuid
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
  SELECT log_activity(
    l.org_id, CASE WHEN p_completed THEN 'meeting_completed' ELSE 'meeting_scheduled' END, 'lead', l.id, l.id, p_description,
    jsonb_build_object('at', p_at)
  )
  FROM leads l
  WHERE l.id = p_lead_id
$$;

CREATE FUNCTION log_integration(p_org_id uuid, p_integration text, p_error text DEFAULT NULL) RETURNS uuid
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
  SELECT log_activity(
    p_org_id, CASE WHEN p_error IS NULL THEN 'integration_connected' ELSE 'integration_error' END, 'organization', p_org_id, NULL,
    format(CASE WHEN p_error IS NULL THEN 'Integration connected: %s' ELSE 'Integration failed: %s' END, p_integration),
    jsonb_strip_nulls(jsonb_build_object('integration', p_integration, 'error', p_error))
  )
$$;

-- Whoever writes to the trail, the lead's last_activity_at follows and never goes back.
CREATE FUNCTION touch_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM leads l WHERE l.id IN (SELECT r.lead_id FROM new_rows r) ORDER BY l.id FOR NO KEY UPDATE;
  UPDATE leads l
  SET last_activity_at = a.latest
  FROM (SELECT r.lead_id, max(r.created_at) AS latest FROM new_rows r WHERE r.lead_id IS NOT NULL GROUP BY r.lead_id) a
  WHERE l.id = a.lead_id AND (l.last_activity_at IS NULL OR l.last_activity_at < a.latest);
  RETURN NULL;
END
$$;

CREATE TRIGGER activity_touches_lead AFTER INSERT ON activities
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_leads();
