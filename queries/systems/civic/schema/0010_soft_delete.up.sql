-- Removing and restoring, by is_active as the seed has it. What falls together carries the same removed_at: a poll takes its live
-- votes along and brings back exactly those. The trail says who did it.

CREATE FUNCTION lock_removable(p_table text, p_id uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_owner text := CASE p_table
    WHEN 'user_profiles_v2' THEN 'user_id' WHEN 'polls_v2' THEN 'created_by' WHEN 'votes_v2' THEN 'user_id' WHEN 'feedback_v2' THEN 'user_id'
  END;
  v_user uuid;
  v_removed_at timestamptz;
  v_found boolean;
BEGIN
  IF v_owner IS NULL THEN
    RAISE EXCEPTION 'rows of table % are not removed and restored', p_table USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('SELECT true, %I, removed_at FROM %I WHERE id = $1 FOR UPDATE', v_owner, p_table) INTO v_found, v_user, v_removed_at USING p_id;
  -- A row of somebody else and one that is not there look the same.
  IF v_found IS NULL OR NOT (is_trusted() OR v_user IS NOT DISTINCT FROM coalesce(auth.uid(), gen_random_uuid())) THEN
    RAISE EXCEPTION 'record % of % not found', p_id, p_table USING ERRCODE = 'no_data_found';
  END IF;
  -- A voter takes a vote back by deleting it while the poll is open; to hide one is for moderators.
  IF p_table = 'votes_v2' AND NOT is_trusted() THEN
    RAISE EXCEPTION 'votes are not removed or restored by users' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN v_removed_at;
END
$$;

-- NULL where nobody among the users did it: then it was an operator.
CREATE FUNCTION last_remover(p_table text, p_id uuid) RETURNS uuid
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT a.user_id
  FROM audit_logs a
  WHERE a.table_name = p_table AND a.record_id = p_id::text AND a.operation = 'SOFT_DELETE'
  ORDER BY a.created_at DESC
  LIMIT 1
$$;

CREATE FUNCTION soft_delete(table_name text, record_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
DECLARE
  -- The clock, not the transaction: two removals in one transaction stay two.
  v_at timestamptz := clock_timestamp();
BEGIN
  IF lock_removable(table_name, record_id) IS NOT NULL THEN
    -- The first removal keeps its time. A moderator's after a user's is told by the trail, so that the user cannot take back both.
    IF is_trusted() AND last_remover(table_name, record_id) <> coalesce(actor_id(), '00000000-0000-0000-0000-000000000000') THEN
      INSERT INTO audit_logs (table_name, record_id, operation, old_values, new_values, user_id, ip_address, user_agent, context)
      VALUES (
        table_name, record_id::text, 'SOFT_DELETE', '{"is_active": false}', '{"is_active": false}', actor_id(), request_address(),
        request_agent(), audit_context()
      );
    END IF;
    RETURN false;
  END IF;
  EXECUTE format('UPDATE %I SET is_active = false, removed_at = $2 WHERE id = $1', table_name) USING record_id, v_at;
  IF table_name = 'polls_v2' THEN
    UPDATE votes_v2 v SET is_active = false, removed_at = v_at WHERE v.poll_id = record_id AND v.is_active;
  END IF;
  RETURN true;
END
$$;
COMMENT ON FUNCTION soft_delete(text, uuid) IS 'Removes a row, a poll with its votes; false when it was removed already.';

CREATE FUNCTION restore_record(table_name text, record_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
DECLARE
  v_removed_at timestamptz := lock_removable(table_name, record_id);
BEGIN
  IF v_removed_at IS NULL THEN
    RETURN false;
  END IF;
  -- A creator cannot take back what a moderator did.
  IF NOT is_trusted() AND last_remover(table_name, record_id) IS DISTINCT FROM auth.uid() THEN
    RAISE EXCEPTION 'somebody else removed it' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF table_name = 'votes_v2' AND EXISTS (
    SELECT FROM votes_v2 v JOIN polls_v2 p ON p.id = v.poll_id WHERE v.id = record_id AND NOT p.is_active
  ) THEN
    RAISE EXCEPTION 'its poll is removed; restore that first' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  EXECUTE format('UPDATE %I SET is_active = true, removed_at = NULL WHERE id = $1', table_name) USING record_id;
  IF table_name = 'polls_v2' THEN
    UPDATE votes_v2 v SET is_active = true, removed_at = NULL WHERE v.poll_id = record_id AND v.removed_at = v_removed_at;
  END IF;
  RETURN true;
END
$$;
COMMENT ON FUNCTION restore_record(text, uuid) IS 'Restores a row, a poll with the votes that fell with it; false when it is live.';
