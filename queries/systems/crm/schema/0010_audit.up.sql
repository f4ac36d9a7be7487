-- Everything that happens to a record leaves a row in activities; the seed promises 27 types and writes five
-- (seed-defects 1.2 #26). All of it comes AFTER the change, so the row it refers to exists (seed-defects 1.2 #25).
-- There is no deleted_by column: the trail names who deleted and who restored.

CREATE FUNCTION changed_columns(p_old jsonb, p_new jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT jsonb_build_object(
    'old', coalesce(jsonb_object_agg(n.key, o.value), '{}'),
    'new', coalesce(jsonb_object_agg(n.key, n.value), '{}')
  )
  FROM jsonb_each(p_new) n
  JOIN jsonb_each(p_old) o ON o.key = n.key
  WHERE n.value IS DISTINCT FROM o.value
$$;

-- What a record is called in a description.
CREATE FUNCTION row_label(p_row jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT left(coalesce(
    p_row ->> 'name', p_row ->> 'title', p_row ->> 'content', p_row ->> 'filename', nullif(p_row ->> 'subject', ''), '(no subject)'
  ), 120)
$$;

-- Arguments of the three: prefix of the activity type, entity type.
CREATE FUNCTION log_created() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_actor uuid := actor_id();
  v_note jsonb := actor_note();
BEGIN
  INSERT INTO activities (org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, metadata)
  SELECT
    r.org_id,
    TG_ARGV[0] || '_created',
    TG_ARGV[1],
    r.id,
    CASE WHEN TG_TABLE_NAME = 'leads' THEN r.id ELSE (j.j ->> 'lead_id')::uuid END,
    v_actor,
    format('%s created: %s', initcap(TG_ARGV[0]), row_label(j.j)),
    v_note
  FROM new_rows r
  CROSS JOIN LATERAL (SELECT to_jsonb(r) AS j) j;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_new jsonb := to_jsonb(NEW);
  v_changes jsonb;
  v_lead uuid := CASE WHEN TG_TABLE_NAME = 'leads' THEN NEW.id ELSE (v_new ->> 'lead_id')::uuid END;
  v_label text := row_label(v_new);
  -- Kept by triggers, or told by a type of its own.
  v_untold text[] := ARRAY[
    'updated_at', 'search_vector', 'weighted_value', 'last_message_at', 'last_activity_at',
    'notes_count', 'tasks_count', 'open_tasks_count', 'emails_count'
  ];
BEGIN
  IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN
    PERFORM write_activity(
      NEW.org_id, TG_ARGV[0] || '_deleted', TG_ARGV[1], NEW.id, v_lead, format('%s deleted: %s', initcap(TG_ARGV[0]), v_label),
      changed_columns(jsonb_build_object('deleted_at', OLD.deleted_at), jsonb_build_object('deleted_at', NEW.deleted_at))
    );
  ELSIF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN
    PERFORM write_activity(
      NEW.org_id, TG_ARGV[0] || '_updated', TG_ARGV[1], NEW.id, v_lead, format('%s restored: %s', initcap(TG_ARGV[0]), v_label),
      changed_columns(jsonb_build_object('deleted_at', OLD.deleted_at), jsonb_build_object('deleted_at', NEW.deleted_at))
    );
  END IF;
  v_untold := v_untold || 'deleted_at'::text;
  IF TG_TABLE_NAME = 'leads' THEN
    v_untold := v_untold || 'status'::text;
  ELSIF TG_TABLE_NAME = 'deals' THEN
    v_untold := v_untold || 'stage'::text;
  ELSIF TG_TABLE_NAME = 'tasks' THEN
    IF NEW.status = 'completed' THEN
      v_untold := v_untold || 'status'::text;
    END IF;
  END IF;
  v_changes := changed_columns(to_jsonb(OLD) - v_untold, v_new - v_untold);
  IF v_changes -> 'new' <> '{}' THEN
    PERFORM write_activity(
      NEW.org_id, TG_ARGV[0] || '_updated', TG_ARGV[1], NEW.id, v_lead, format('%s updated: %s', initcap(TG_ARGV[0]), v_label),
      v_changes
    );
  END IF;
  RETURN NULL;
END
$$;

-- A row deleted for good survives in the trail (seed-defects 1.2 #54), except for the text of e-mails.
CREATE FUNCTION log_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM write_activity(
    r.org_id,
    TG_ARGV[0] || '_deleted',
    TG_ARGV[1],
    r.id,
    (j.j ->> 'lead_id')::uuid,
    format('%s deleted for good: %s', initcap(TG_ARGV[0]), row_label(j.j)),
    jsonb_build_object('old', j.j - ARRAY['search_vector', 'body_text', 'body_html'])
  )
  FROM old_rows r
  CROSS JOIN LATERAL (SELECT to_jsonb(r) AS j) j;
  RETURN NULL;
END
$$;

CREATE TRIGGER lead_created_activity AFTER INSERT ON leads
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_created('lead', 'lead');
CREATE TRIGGER note_created_activity AFTER INSERT ON notes
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_created('note', 'note');
CREATE TRIGGER task_created_activity AFTER INSERT ON tasks
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_created('task', 'task');
CREATE TRIGGER deal_created_activity AFTER INSERT ON deals
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_created('deal', 'deal');

-- Counters, search vectors and time stamps do not count as a change.
CREATE TRIGGER lead_changed_activity AFTER UPDATE ON leads
FOR EACH ROW
WHEN ((OLD.name, OLD.email, OLD.phone, OLD.company, OLD.sentiment, OLD.source, OLD.notes, OLD.deleted_at)
  IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.company, NEW.sentiment, NEW.source, NEW.notes, NEW.deleted_at))
EXECUTE FUNCTION log_changed('lead', 'lead');
CREATE TRIGGER note_changed_activity AFTER UPDATE ON notes
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.content, OLD.deleted_at) IS DISTINCT FROM (NEW.lead_id, NEW.content, NEW.deleted_at))
EXECUTE FUNCTION log_changed('note', 'note');
CREATE TRIGGER task_changed_activity AFTER UPDATE ON tasks
FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*)
EXECUTE FUNCTION log_changed('task', 'task');
CREATE TRIGGER deal_changed_activity AFTER UPDATE ON deals
FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*)
EXECUTE FUNCTION log_changed('deal', 'deal');
CREATE TRIGGER email_thread_changed_activity AFTER UPDATE OF lead_id, deleted_at ON email_threads
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.deleted_at) IS DISTINCT FROM (NEW.lead_id, NEW.deleted_at))
EXECUTE FUNCTION log_changed('email', 'email_thread');
CREATE TRIGGER email_message_changed_activity AFTER UPDATE OF thread_id, deleted_at ON email_messages
FOR EACH ROW
WHEN ((OLD.thread_id, OLD.deleted_at) IS DISTINCT FROM (NEW.thread_id, NEW.deleted_at))
EXECUTE FUNCTION log_changed('email', 'email');

CREATE TRIGGER lead_removed_activity AFTER DELETE ON leads
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('lead', 'lead');
CREATE TRIGGER note_removed_activity AFTER DELETE ON notes
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('note', 'note');
CREATE TRIGGER task_removed_activity AFTER DELETE ON tasks
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('task', 'task');
CREATE TRIGGER deal_removed_activity AFTER DELETE ON deals
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('deal', 'deal');
CREATE TRIGGER email_thread_removed_activity AFTER DELETE ON email_threads
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('email', 'email_thread');
CREATE TRIGGER email_message_removed_activity AFTER DELETE ON email_messages
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION log_removed('email', 'email');

CREATE FUNCTION log_lead_status_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM write_activity(
    NEW.org_id, 'lead_status_changed', 'lead', NEW.id, NEW.id,
    format('Status changed from %s to %s', OLD.status, NEW.status),
    changed_columns(jsonb_build_object('status', OLD.status), jsonb_build_object('status', NEW.status))
      || jsonb_build_object('old_status', OLD.status, 'new_status', NEW.status)
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER lead_status_change_activity AFTER UPDATE ON leads
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION log_lead_status_change();

CREATE FUNCTION log_task_completion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM write_activity(
    NEW.org_id, 'task_completed', 'task', NEW.id, NEW.lead_id,
    format('Task completed: %s', NEW.title),
    changed_columns(jsonb_build_object('status', OLD.status), jsonb_build_object('status', NEW.status))
      || jsonb_build_object('task_id', NEW.id, 'task_title', NEW.title)
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER task_completion_activity AFTER UPDATE ON tasks
FOR EACH ROW WHEN (OLD.status <> 'completed' AND NEW.status = 'completed') EXECUTE FUNCTION log_task_completion();

CREATE FUNCTION log_deal_stage_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM write_activity(
    NEW.org_id, 'deal_stage_changed', 'deal', NEW.id, NEW.lead_id,
    format('Deal stage changed from %s to %s', OLD.stage, NEW.stage),
    changed_columns(jsonb_build_object('stage', OLD.stage), jsonb_build_object('stage', NEW.stage))
      || jsonb_build_object('old_stage', OLD.stage, 'new_stage', NEW.stage, 'deal_value', NEW.value)
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER deal_stage_change_activity AFTER UPDATE ON deals
FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION log_deal_stage_change();

-- Filed under the record the file hangs on, as the seed has it. Restoring a file reads as an upload: there is no other type.
CREATE FUNCTION log_attachment_activity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_file attachments%ROWTYPE;
  v_lead uuid;
  v_type text;
  v_verb text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    v_file := OLD;
    v_type := 'file_deleted';
    v_verb := 'Deleted file for good';
  ELSE
    v_file := NEW;
    v_type := CASE WHEN NEW.deleted_at IS NULL THEN 'file_uploaded' ELSE 'file_deleted' END;
    v_verb := CASE WHEN NEW.deleted_at IS NOT NULL THEN 'Deleted file' WHEN TG_OP = 'UPDATE' THEN 'Restored file' ELSE 'Uploaded file' END;
  END IF;
  CASE v_file.entity_type
    WHEN 'lead' THEN v_lead := v_file.entity_id;
    WHEN 'task' THEN SELECT t.lead_id INTO v_lead FROM tasks t WHERE t.id = v_file.entity_id;
    WHEN 'note' THEN SELECT n.lead_id INTO v_lead FROM notes n WHERE n.id = v_file.entity_id;
    WHEN 'deal' THEN SELECT d.lead_id INTO v_lead FROM deals d WHERE d.id = v_file.entity_id;
    WHEN 'email' THEN
      SELECT t.lead_id INTO v_lead FROM email_messages m JOIN email_threads t ON t.id = m.thread_id WHERE m.id = v_file.entity_id;
    ELSE NULL;
  END CASE;
  PERFORM write_activity(
    v_file.org_id, v_type, v_file.entity_type, v_file.entity_id, v_lead, format('%s: %s', v_verb, left(v_file.filename, 120)),
    jsonb_build_object(
      'attachment_id', v_file.id,
      'filename', v_file.filename,
      'file_size', v_file.file_size,
      'mime_type', v_file.mime_type
    )
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER attachment_activity_log AFTER INSERT OR DELETE ON attachments
FOR EACH ROW EXECUTE FUNCTION log_attachment_activity();
CREATE TRIGGER attachment_activity_log_on_update AFTER UPDATE OF deleted_at ON attachments
FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION log_attachment_activity();

-- Members coming and going. A change of role reads as an invitation to the new role.
CREATE FUNCTION log_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_member user_orgs%ROWTYPE;
  v_name text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    v_member := OLD;
  ELSE
    v_member := NEW;
  END IF;
  v_name := coalesce((SELECT u.email FROM users u WHERE u.id = v_member.user_id), v_member.user_id::text);
  PERFORM write_activity(
    v_member.org_id,
    CASE WHEN TG_OP = 'DELETE' THEN 'user_removed' ELSE 'user_invited' END,
    'user',
    v_member.user_id,
    NULL,
    CASE TG_OP
      WHEN 'INSERT' THEN format('User added as %s: %s', NEW.role, v_name)
      WHEN 'UPDATE' THEN format('Role changed from %s to %s: %s', OLD.role, NEW.role, v_name)
      ELSE format('User removed: %s', v_name)
    END,
    CASE TG_OP
      WHEN 'INSERT' THEN jsonb_build_object('new', jsonb_build_object('role', NEW.role))
      WHEN 'UPDATE' THEN changed_columns(jsonb_build_object('role', OLD.role), jsonb_build_object('role', NEW.role))
      ELSE jsonb_build_object('old', jsonb_build_object('role', OLD.role))
    END
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER membership_activity AFTER INSERT OR DELETE ON user_orgs
FOR EACH ROW EXECUTE FUNCTION log_membership();
CREATE TRIGGER membership_activity_on_update AFTER UPDATE ON user_orgs
FOR EACH ROW WHEN (OLD.role <> NEW.role) EXECUTE FUNCTION log_membership();
