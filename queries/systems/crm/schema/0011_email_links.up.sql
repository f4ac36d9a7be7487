-- A thread finds its lead by the addresses of its participants, and e-mails show up in the trail.

-- Sets the link and nothing else: BEFORE INSERT also runs for a row that ON CONFLICT DO NOTHING then drops
-- (seed-defects 1.2 #8). "Ann <Ann@Example.com>" matches ann@example.com, the oldest lead wins (seed-defects 1.2 #9).
CREATE FUNCTION auto_link_email_to_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NEW.lead_id IS NULL THEN
    -- Materialized and with an array: the planner would otherwise walk all leads of the organization in order of age.
    WITH matches AS MATERIALIZED (
      SELECT l.id, l.created_at
      FROM leads l
      WHERE l.org_id = NEW.org_id
        AND l.deleted_at IS NULL
        AND lower(l.email) = ANY (ARRAY(
          SELECT lower(coalesce(substring(p.p FROM '<([^<>]+)>\s*$'), btrim(p.p))) FROM unnest(NEW.participants) p (p)
        ))
    )
    SELECT m.id INTO NEW.lead_id
    FROM matches m
    ORDER BY m.created_at, m.id
    LIMIT 1;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER auto_link_email_thread BEFORE INSERT ON email_threads
FOR EACH ROW EXECUTE FUNCTION auto_link_email_to_lead();

CREATE FUNCTION log_email_thread() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_actor uuid := actor_id();
  v_note jsonb := actor_note();
BEGIN
  INSERT INTO activities (org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, metadata)
  SELECT
    t.org_id, 'email_received', 'email_thread', t.id, t.lead_id, v_actor,
    format('Email thread: %s', coalesce(nullif(left(t.subject, 120), ''), '(no subject)')), v_note
  FROM new_rows t
  WHERE t.lead_id IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER email_thread_logged AFTER INSERT ON email_threads
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_email_thread();

-- Ours is a reply when the message before it in the thread is theirs.
CREATE FUNCTION log_email_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_actor uuid := actor_id();
  v_note jsonb := actor_note();
BEGIN
  INSERT INTO activities (org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, metadata)
  SELECT
    m.org_id,
    CASE
      WHEN NOT m.is_from_me THEN 'email_received'
      WHEN (
        SELECT NOT p.is_from_me
        FROM email_messages p
        WHERE p.thread_id = m.thread_id AND p.deleted_at IS NULL AND (p.sent_at, p.id) < (m.sent_at, m.id)
        ORDER BY p.sent_at DESC, p.id DESC
        LIMIT 1
      ) THEN 'email_replied'
      ELSE 'email_sent'
    END,
    'email', m.id, t.lead_id, v_actor,
    format(
      CASE WHEN m.is_from_me THEN 'Email to %s: %s' ELSE 'Email from %s: %s' END,
      left(CASE WHEN m.is_from_me THEN array_to_string(m.to_emails, ', ') ELSE m.from_email END, 120),
      coalesce(nullif(left(m.subject, 120), ''), '(no subject)')
    ),
    v_note
  FROM new_rows m
  JOIN email_threads t ON t.id = m.thread_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER email_message_logged AFTER INSERT ON email_messages
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION log_email_message();
