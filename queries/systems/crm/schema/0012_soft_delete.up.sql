-- Soft delete and restore. In the seed anybody, logged in or not, could delete any row of any table of any tenant
-- (seed-defects 1.2 #20). What falls together carries the same deleted_at to the microsecond: a restore brings back exactly
-- that, and not what had been deleted before (seed-defects 1.2 #21).

CREATE FUNCTION soft_deletable(p_table text) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT p_table IN ('leads', 'tasks', 'notes', 'deals', 'activities', 'email_threads', 'email_messages', 'attachments')
$$;

-- Locks the row and returns its state. A row of somebody else and a row that is not there look the same.
CREATE FUNCTION lock_soft_deletable(p_table text, p_id uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_org uuid;
  v_deleted_at timestamptz;
  v_uploader uuid;
BEGIN
  IF soft_deletable(p_table) IS NOT TRUE THEN
    RAISE EXCEPTION 'table % is not soft-deletable', p_table USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('SELECT org_id, deleted_at FROM %I WHERE id = $1 FOR UPDATE', p_table) INTO v_org, v_deleted_at USING p_id;
  IF v_org IS NULL OR NOT may_act_for(v_org) THEN
    RAISE EXCEPTION 'record % of % not found', p_id, p_table USING ERRCODE = 'no_data_found';
  END IF;
  IF NOT is_trusted() THEN
    -- The trail is not the users' to thin out (seed-defects 1.2 #24).
    IF p_table = 'activities' THEN
      RAISE EXCEPTION 'activities are not deleted or restored by users' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_table = 'attachments' THEN
      SELECT a.uploaded_by INTO v_uploader FROM attachments a WHERE a.id = p_id;
      IF v_uploader IS DISTINCT FROM auth.uid() AND NOT EXISTS (SELECT FROM my_org_ids(ARRAY['owner', 'admin']) m (id) WHERE m.id = v_org) THEN
        RAISE EXCEPTION 'only the uploader, an owner or an admin may do this' USING ERRCODE = 'insufficient_privilege';
      END IF;
    END IF;
  END IF;
  RETURN v_deleted_at;
END
$$;

-- Moves a row and everything below it from one state to the other, where NULL is live. Parents come first, which is the
-- order the console locks in.
CREATE FUNCTION set_deleted_at(p_table text, p_id uuid, p_from timestamptz, p_to timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_kind text := CASE p_table
    WHEN 'leads' THEN 'lead' WHEN 'notes' THEN 'note' WHEN 'tasks' THEN 'task' WHEN 'deals' THEN 'deal' WHEN 'email_messages' THEN 'email'
  END;
  v_child record;
BEGIN
  EXECUTE format('UPDATE %I SET deleted_at = $2 WHERE id = $1', p_table) USING p_id, p_to;
  FOR v_child IN
    SELECT 'notes' AS name, n.id FROM notes n
    WHERE p_table = 'leads' AND n.lead_id = p_id AND n.deleted_at IS NOT DISTINCT FROM p_from
    UNION ALL
    SELECT 'tasks', t.id FROM tasks t
    WHERE p_table = 'leads' AND t.lead_id = p_id AND t.deleted_at IS NOT DISTINCT FROM p_from
    UNION ALL
    SELECT 'deals', d.id FROM deals d
    WHERE p_table = 'leads' AND d.lead_id = p_id AND d.deleted_at IS NOT DISTINCT FROM p_from
    UNION ALL
    SELECT 'email_threads', e.id FROM email_threads e
    WHERE p_table = 'leads' AND e.lead_id = p_id AND e.deleted_at IS NOT DISTINCT FROM p_from
    UNION ALL
    SELECT 'email_messages', m.id FROM email_messages m
    WHERE p_table = 'email_threads' AND m.thread_id = p_id AND m.deleted_at IS NOT DISTINCT FROM p_from
    UNION ALL
    SELECT 'attachments', a.id FROM attachments a
    WHERE a.entity_type = v_kind AND a.entity_id = p_id AND a.deleted_at IS NOT DISTINCT FROM p_from
    ORDER BY 1, 2
  LOOP
    PERFORM set_deleted_at(v_child.name, v_child.id, p_from, p_to);
  END LOOP;
END
$$;

CREATE FUNCTION soft_delete(table_name text, record_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
BEGIN
  IF lock_soft_deletable(table_name, record_id) IS NOT NULL THEN
    RETURN false; -- the first deletion keeps its time
  END IF;
  -- The clock, not the transaction: two deletions in one transaction stay two.
  PERFORM set_deleted_at(table_name, record_id, NULL, clock_timestamp());
  RETURN true;
END
$$;
COMMENT ON FUNCTION soft_delete(text, uuid) IS 'Deletes a row and what hangs on it; false when it was deleted already.';

CREATE FUNCTION restore_record(table_name text, record_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
DECLARE
  v_deleted_at timestamptz := lock_soft_deletable(table_name, record_id);
  v_row jsonb;
  v_parent text;
  v_parent_id uuid;
  v_parent_deleted_at timestamptz;
BEGIN
  IF v_deleted_at IS NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT to_jsonb(r) FROM %I r WHERE id = $1', table_name) INTO v_row USING record_id;
  IF table_name IN ('notes', 'tasks', 'deals', 'email_threads') THEN
    v_parent := 'leads';
    v_parent_id := v_row ->> 'lead_id';
  ELSIF table_name = 'email_messages' THEN
    v_parent := 'email_threads';
    v_parent_id := v_row ->> 'thread_id';
  ELSIF table_name = 'attachments' THEN
    v_parent := CASE v_row ->> 'entity_type' WHEN 'email' THEN 'email_messages' ELSE (v_row ->> 'entity_type') || 's' END;
    v_parent_id := v_row ->> 'entity_id';
  END IF;
  IF v_parent_id IS NOT NULL THEN
    -- FOR SHARE: the key lock of a foreign key would not hold off a soft delete of the parent.
    EXECUTE format('SELECT deleted_at FROM %I WHERE id = $1 FOR SHARE', v_parent) INTO v_parent_deleted_at USING v_parent_id;
    IF v_parent_deleted_at IS NOT NULL THEN
      RAISE EXCEPTION 'its parent, % of %, is deleted; restore that first', v_parent_id, v_parent
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  PERFORM set_deleted_at(table_name, record_id, v_deleted_at, NULL);
  RETURN true;
END
$$;
COMMENT ON FUNCTION restore_record(text, uuid) IS 'Restores a row and what fell with it; false when it is live.';
