-- The counters on leads, kept by difference: soft delete, restore, a move to another lead, unlinking and a change of status
-- all count (seed-defects 1.2 #13 to #15). Nothing is clamped at zero, drift has to show (seed-defects 1.2 #17). The functions
-- run as owner: a member who may write notes but not leads would otherwise leave the counter behind (seed-defects 1.2 #18).
-- Triggers work on whole statements, so loading many rows costs one update per lead.

CREATE FUNCTION add_to_lead_counters(
  p_lead_ids uuid[],
  p_notes integer[],
  p_tasks integer[],
  p_open_tasks integer[],
  p_emails integer[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  -- One order for everybody, or two statements that touch the same leads could wait for each other.
  PERFORM FROM leads l WHERE l.id IN (SELECT unnest(p_lead_ids)) ORDER BY l.id FOR NO KEY UPDATE;
  UPDATE leads l
  SET
    notes_count = l.notes_count + d.notes,
    tasks_count = l.tasks_count + d.tasks,
    open_tasks_count = l.open_tasks_count + d.open_tasks,
    emails_count = l.emails_count + d.emails
  FROM (
    SELECT
      u.id,
      coalesce(sum(u.notes), 0)::integer AS notes,
      coalesce(sum(u.tasks), 0)::integer AS tasks,
      coalesce(sum(u.open_tasks), 0)::integer AS open_tasks,
      coalesce(sum(u.emails), 0)::integer AS emails
    FROM unnest(p_lead_ids, p_notes, p_tasks, p_open_tasks, p_emails) u (id, notes, tasks, open_tasks, emails)
    WHERE u.id IS NOT NULL
    GROUP BY u.id
  ) d
  WHERE l.id = d.id AND (d.notes, d.tasks, d.open_tasks, d.emails) <> (0, 0, 0, 0);
END
$$;

CREATE FUNCTION update_lead_counters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_leads uuid[];
  v_all integer[];
  v_open integer[];
BEGIN
  -- The rows of notes have no status: to_jsonb lets one text serve both tables, and notes need none.
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(d.lead_id), array_agg(d.n), array_agg(d.o) INTO v_leads, v_all, v_open
    FROM (
      SELECT r.lead_id, count(*) AS n, count(*) FILTER (WHERE CASE WHEN TG_TABLE_NAME = 'tasks' THEN to_jsonb(r) ->> 'status' END NOT IN ('completed', 'cancelled')) AS o
      FROM new_rows r
      WHERE r.deleted_at IS NULL AND r.lead_id IS NOT NULL
      GROUP BY r.lead_id
    ) d;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(d.lead_id), array_agg(-d.n), array_agg(-d.o) INTO v_leads, v_all, v_open
    FROM (
      SELECT r.lead_id, count(*) AS n, count(*) FILTER (WHERE CASE WHEN TG_TABLE_NAME = 'tasks' THEN to_jsonb(r) ->> 'status' END NOT IN ('completed', 'cancelled')) AS o
      FROM old_rows r
      WHERE r.deleted_at IS NULL AND r.lead_id IS NOT NULL
      GROUP BY r.lead_id
    ) d;
  ELSE
    SELECT array_agg(d.lead_id), array_agg(d.n), array_agg(d.o) INTO v_leads, v_all, v_open
    FROM (
      SELECT r.lead_id, sum(r.n) AS n, sum(r.n) FILTER (WHERE r.status NOT IN ('completed', 'cancelled')) AS o
      FROM (
        SELECT n.lead_id, 1 AS n, CASE WHEN TG_TABLE_NAME = 'tasks' THEN to_jsonb(n) ->> 'status' END AS status FROM new_rows n WHERE n.deleted_at IS NULL
        UNION ALL
        SELECT o.lead_id, -1, CASE WHEN TG_TABLE_NAME = 'tasks' THEN to_jsonb(o) ->> 'status' END FROM old_rows o WHERE o.deleted_at IS NULL
      ) r
      WHERE r.lead_id IS NOT NULL
      GROUP BY r.lead_id
    ) d
    WHERE d.n <> 0 OR d.o <> 0;
  END IF;
  IF v_leads IS NULL THEN
    RETURN NULL;
  END IF;
  IF TG_TABLE_NAME = 'notes' THEN
    PERFORM add_to_lead_counters(v_leads, v_all, NULL, NULL, NULL);
  ELSE
    PERFORM add_to_lead_counters(v_leads, NULL, v_all, v_open, NULL);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER update_lead_notes_count AFTER INSERT ON notes
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();
CREATE TRIGGER update_lead_notes_count_on_update AFTER UPDATE ON notes
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();
CREATE TRIGGER update_lead_notes_count_on_delete AFTER DELETE ON notes
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();

CREATE TRIGGER update_lead_tasks_count AFTER INSERT ON tasks
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();
CREATE TRIGGER update_lead_tasks_count_on_update AFTER UPDATE ON tasks
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();
CREATE TRIGGER update_lead_tasks_count_on_delete AFTER DELETE ON tasks
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION update_lead_counters();

-- E-mails: the count is of messages (seed-defects 1.2 #10), and last_message_at is the latest one however they arrive
-- (seed-defects 1.2 #11). Locking the thread first keeps this and a concurrent deletion or move of the thread apart.
CREATE FUNCTION count_thread_messages(p_thread_ids uuid[], p_messages integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM email_threads t WHERE t.id IN (SELECT unnest(p_thread_ids)) ORDER BY t.id FOR NO KEY UPDATE;
  PERFORM add_to_lead_counters(array_agg(t.lead_id), NULL, NULL, NULL, array_agg(u.messages))
  FROM unnest(p_thread_ids, p_messages) u (id, messages)
  JOIN email_threads t ON t.id = u.id
  WHERE t.deleted_at IS NULL AND t.lead_id IS NOT NULL;
  UPDATE email_threads t
  SET last_message_at = m.latest
  FROM (
    SELECT u.id, (SELECT max(e.sent_at) FROM email_messages e WHERE e.thread_id = u.id AND e.deleted_at IS NULL) AS latest
    FROM unnest(p_thread_ids) u (id)
  ) m
  WHERE t.id = m.id AND t.last_message_at IS DISTINCT FROM m.latest;
END
$$;

CREATE FUNCTION update_thread_last_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_threads uuid[];
  v_messages integer[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(d.thread_id), array_agg(d.n) INTO v_threads, v_messages
    FROM (SELECT r.thread_id, count(*) AS n FROM new_rows r WHERE r.deleted_at IS NULL GROUP BY r.thread_id) d;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(d.thread_id), array_agg(-d.n) INTO v_threads, v_messages
    FROM (SELECT r.thread_id, count(*) AS n FROM old_rows r WHERE r.deleted_at IS NULL GROUP BY r.thread_id) d;
  ELSE
    SELECT array_agg(d.thread_id), array_agg(d.n) INTO v_threads, v_messages
    FROM (
      SELECT r.thread_id, sum(r.n) AS n
      FROM new_rows n
      JOIN old_rows o ON o.id = n.id
        AND (o.thread_id, o.deleted_at IS NULL, o.sent_at) IS DISTINCT FROM (n.thread_id, n.deleted_at IS NULL, n.sent_at)
      CROSS JOIN LATERAL (VALUES
        (n.thread_id, (n.deleted_at IS NULL)::integer),
        (o.thread_id, -(o.deleted_at IS NULL)::integer)
      ) r (thread_id, n)
      GROUP BY r.thread_id
    ) d;
  END IF;
  IF v_threads IS NOT NULL THEN
    PERFORM count_thread_messages(v_threads, v_messages);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER update_thread_timestamp AFTER INSERT ON email_messages
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_thread_last_message();
CREATE TRIGGER update_thread_timestamp_on_update AFTER UPDATE ON email_messages
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION update_thread_last_message();
CREATE TRIGGER update_thread_timestamp_on_delete AFTER DELETE ON email_messages
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION update_thread_last_message();

-- A thread takes its messages along when it is linked, unlinked, deleted or restored.
CREATE FUNCTION move_thread_emails() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_messages integer := (SELECT count(*) FROM email_messages m WHERE m.thread_id = OLD.id AND m.deleted_at IS NULL);
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM add_to_lead_counters(ARRAY[OLD.lead_id], NULL, NULL, NULL, ARRAY[-v_messages * (OLD.deleted_at IS NULL)::integer]);
    RETURN OLD;
  END IF;
  PERFORM add_to_lead_counters(
    ARRAY[OLD.lead_id, NEW.lead_id], NULL, NULL, NULL,
    ARRAY[-v_messages * (OLD.deleted_at IS NULL)::integer, v_messages * (NEW.deleted_at IS NULL)::integer]
  );
  RETURN NULL;
END
$$;

CREATE TRIGGER email_thread_counts AFTER UPDATE OF lead_id, deleted_at ON email_threads
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.lead_id, NEW.deleted_at IS NULL))
EXECUTE FUNCTION move_thread_emails();
-- Before, because the messages are gone afterwards.
CREATE TRIGGER email_thread_counts_on_delete BEFORE DELETE ON email_threads
FOR EACH ROW EXECUTE FUNCTION move_thread_emails();

-- Puts the counters of one lead right, whatever happened to them; true when they were wrong.
CREATE FUNCTION recount_lead(p_lead_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM leads l WHERE l.id = p_lead_id FOR NO KEY UPDATE;
  UPDATE leads l
  SET
    notes_count = c.notes,
    tasks_count = c.tasks,
    open_tasks_count = c.open_tasks,
    emails_count = c.emails
  FROM (
    SELECT
      (SELECT count(*) FROM notes n WHERE n.lead_id = p_lead_id AND n.deleted_at IS NULL)::integer AS notes,
      (SELECT count(*) FROM tasks t WHERE t.lead_id = p_lead_id AND t.deleted_at IS NULL)::integer AS tasks,
      (
        SELECT count(*)
        FROM tasks t
        WHERE t.lead_id = p_lead_id AND t.deleted_at IS NULL AND t.status NOT IN ('completed', 'cancelled')
      )::integer AS open_tasks,
      (
        SELECT count(*)
        FROM email_messages m
        JOIN email_threads e ON e.id = m.thread_id
        WHERE e.lead_id = p_lead_id AND e.deleted_at IS NULL AND m.deleted_at IS NULL
      )::integer AS emails
  ) c
  WHERE l.id = p_lead_id
    AND (l.notes_count, l.tasks_count, l.open_tasks_count, l.emails_count) <> (c.notes, c.tasks, c.open_tasks, c.emails);
  RETURN FOUND;
END
$$;
