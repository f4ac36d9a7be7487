/*---
title    = "Search vectors that miss their text"
severity = "warning"
category = "search"
about    = "data"
why      = "The search reads the vector, not the text: a record with an old one is not found. The newest rows of each table and as many taken by chance are recomputed."
whole    = ["leads", "notes", "email_messages"]
[params]
rows = 500
---*/
-- Ids are random, so the lowest of them are a sample, and the same one every time.
WITH lead_rows AS (
  (SELECT l.id, l.name, l.email, l.company, l.notes, l.search_vector FROM leads l ORDER BY l.id LIMIT (SELECT rows::bigint FROM params))
  UNION ALL
  (
    SELECT l.id, l.name, l.email, l.company, l.notes, l.search_vector
    FROM leads l
    WHERE l.deleted_at IS NULL
    ORDER BY l.created_at DESC, l.id DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
),
note_rows AS (
  (SELECT n.id, n.content, n.search_vector FROM notes n ORDER BY n.id LIMIT (SELECT rows::bigint FROM params))
  UNION ALL
  (
    SELECT n.id, n.content, n.search_vector
    FROM notes n
    WHERE n.deleted_at IS NULL
    ORDER BY n.created_at DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
),
message_rows AS (
  (SELECT m.id, m.subject, m.body_text, m.from_email, m.from_name, m.search_vector FROM email_messages m ORDER BY m.id LIMIT (SELECT rows::bigint FROM params))
  UNION ALL
  (
    SELECT m.id, m.subject, m.body_text, m.from_email, m.from_name, m.search_vector
    FROM email_messages m
    WHERE m.deleted_at IS NULL
    ORDER BY m.sent_at DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
),
-- What the triggers compute, written out: an address also counts by its parts.
stale AS (
  SELECT 'leads' AS name, l.id, l.search_vector IS NULL AS empty
  FROM lead_rows l
  WHERE l.search_vector IS DISTINCT FROM
    setweight(to_tsvector('simple', left(l.name, 10000)), 'A')
    || setweight(to_tsvector('simple', left(coalesce(l.email, ''), 1000) || ' ' || translate(left(coalesce(l.email, ''), 1000), '@._-+', '     ')), 'A')
    || setweight(to_tsvector('simple', left(coalesce(l.company, ''), 10000)), 'B')
    || setweight(to_tsvector('english', left(coalesce(l.notes, ''), 200000)), 'C')
    || setweight(to_tsvector('english', left(l.name, 10000) || ' ' || left(coalesce(l.company, ''), 10000)), 'D')
  UNION
  SELECT 'notes', n.id, n.search_vector IS NULL
  FROM note_rows n
  WHERE n.search_vector IS DISTINCT FROM to_tsvector('english', left(n.content, 200000))
  UNION
  SELECT 'email_messages', m.id, m.search_vector IS NULL
  FROM message_rows m
  WHERE m.search_vector IS DISTINCT FROM
    setweight(to_tsvector('english', left(coalesce(m.subject, ''), 10000)), 'A')
    || setweight(to_tsvector('english', left(coalesce(m.body_text, ''), 200000)), 'B')
    || setweight(
      to_tsvector(
        'simple',
        left(coalesce(m.from_email, ''), 1000) || ' ' || translate(left(coalesce(m.from_email, ''), 1000), '@._-+', '     ')
        || ' ' || left(coalesce(m.from_name, ''), 1000)
      ),
      'C'
    )
)
SELECT
  current_schema() || '.' || s.name AS object,
  format(
    '%s of up to %s rows looked at %s, %s of them empty, the first is %s',
    count(*),
    (SELECT 2 * rows::bigint FROM params),
    CASE count(*) WHEN 1 THEN 'has a vector that differs from its text' ELSE 'have vectors that differ from their text' END,
    count(*) FILTER (WHERE s.empty),
    min(s.id::text)
  ) AS detail,
  format('UPDATE %I.%I SET search_vector = NULL', current_schema(), s.name) || ' -- the trigger computes it anew, row by row' AS fix,
  count(*) AS weight
FROM stale s
GROUP BY s.name
/*--- plant
-- finds: crm.leads
-- finds: crm.notes
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (id, org_id, name) VALUES
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'Right'),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'Wrong');
INSERT INTO notes (org_id, lead_id, content) SELECT org_id, id, name FROM leads;
INSERT INTO email_threads (id, org_id, thread_id) VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001', 'right');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, from_name, to_emails, subject, sent_at)
SELECT org_id, id, thread_id, 'right@plant.example', 'Right', '{}', 'Developers', now() FROM email_threads;
SET LOCAL session_replication_role = replica;
UPDATE leads SET company = 'Unheard of' WHERE name = 'Wrong';
UPDATE notes SET search_vector = NULL WHERE content = 'Wrong';
---*/
