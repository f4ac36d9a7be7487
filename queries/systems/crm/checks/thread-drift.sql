/*---
title    = "Mail threads with a wrong time of the last message"
severity = "warning"
category = "counters"
about    = "data"
why      = "The inbox is sorted by last_message_at; a thread with a wrong one stands where nobody looks for it."
whole    = ["email_threads", "email_messages"]
---*/
WITH latest AS (
  SELECT
    m.thread_id,
    max(m.sent_at) AS sent_at
  FROM email_messages m
  WHERE m.deleted_at IS NULL
  GROUP BY m.thread_id
)
SELECT
  current_schema() || '.email_threads' AS object,
  format(
    '%s of the threads do not tell when their last live message was sent, the first of them %s: %s instead of %s',
    count(*),
    min(t.id::text),
    (array_agg(coalesce(t.last_message_at::text, 'nothing') ORDER BY t.id))[1],
    (array_agg(coalesce(l.sent_at::text, 'nothing') ORDER BY t.id))[1]
  ) AS detail,
  format(
    'UPDATE %1$I.email_threads t SET last_message_at = m.at FROM (SELECT e.id, (SELECT max(sent_at) FROM %1$I.email_messages WHERE thread_id = e.id '
    'AND deleted_at IS NULL) AS at FROM %1$I.email_threads e) m WHERE m.id = t.id AND t.last_message_at IS DISTINCT FROM m.at',
    current_schema()
  ) AS fix,
  count(*) AS weight
FROM email_threads t
LEFT JOIN latest l ON l.thread_id = t.id
WHERE t.last_message_at IS DISTINCT FROM l.sent_at
HAVING count(*) > 0
/*--- plant
-- finds: crm.email_threads
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO email_threads (id, org_id, thread_id) VALUES
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'right'),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'wrong');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at)
SELECT org_id, id, thread_id, 'plant@example.com', '{}', '2026-01-01 00:00:00+00' FROM email_threads;
UPDATE email_threads SET last_message_at = NULL WHERE thread_id = 'wrong';
---*/
