/*---
title    = "Deleted rows that cannot come back"
severity = "warning"
category = "soft-delete"
about    = "data"
why      = "The key is unique among live rows only. Once it was used again, or twice in one deletion, a restore ends with a duplicate key."
door     = "trash"
whole    = ["organizations", "email_threads", "email_messages"]
---*/
-- Two deleted rows with one key are a conflict only where one deletion holds both: a restore brings back all of it.
WITH blocked AS (
  SELECT
    'email_threads' AS kind,
    d.id,
    d.deleted_at,
    format('%s %s', d.provider, d.thread_id) AS key,
    EXISTS (
      SELECT
      FROM email_threads r
      WHERE r.org_id = d.org_id AND r.provider = d.provider AND r.thread_id = d.thread_id AND r.deleted_at IS NULL
    ) AS taken,
    count(*) OVER (PARTITION BY d.org_id, d.provider, d.thread_id, d.deleted_at) > 1 AS twice
  FROM email_threads d
  WHERE d.deleted_at IS NOT NULL
  UNION ALL
  SELECT
    'email_messages',
    d.id,
    d.deleted_at,
    d.message_id,
    EXISTS (
      SELECT
      FROM email_messages r
      WHERE r.org_id = d.org_id AND r.message_id = d.message_id AND r.deleted_at IS NULL
    ),
    count(*) OVER (PARTITION BY d.org_id, d.message_id, d.deleted_at) > 1
  FROM email_messages d
  WHERE d.deleted_at IS NOT NULL
  UNION ALL
  SELECT
    'organizations',
    d.id,
    d.deleted_at,
    d.slug,
    EXISTS (SELECT FROM organizations r WHERE r.slug = d.slug AND r.deleted_at IS NULL),
    count(*) OVER (PARTITION BY d.slug, d.deleted_at) > 1
  FROM organizations d
  WHERE d.deleted_at IS NOT NULL
)
SELECT
  current_schema() || '.' || b.kind AS object,
  format(
    '%s cannot be restored, the first of them %s: %s has %s',
    CASE count(*) WHEN 1 THEN '1 deleted row' ELSE count(*) || ' deleted rows' END,
    min(b.id::text),
    (array_agg(b.key ORDER BY b.id))[1],
    (array_agg(CASE WHEN b.taken THEN 'a live row' ELSE 'another row of the same deletion' END ORDER BY b.id))[1]
  ) AS detail,
  'Leave the deleted row where it is, or delete the live one first; nothing has to be done unless it is wanted back' AS fix,
  format('deleted_at=%s', to_json((array_agg(b.deleted_at ORDER BY b.id::text))[1])) AS filter,
  count(*) AS weight
FROM blocked b
WHERE b.taken OR b.twice
GROUP BY b.kind
/*--- plant
-- finds: crm.email_threads
-- finds: crm.email_messages
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO email_threads (id, org_id, thread_id, deleted_at) VALUES
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'again', now()),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'again', NULL),
  ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001', 'fine', now()),
  ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000001', 'fine', now() - interval '1 day');
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at, deleted_at)
SELECT org_id, id, 'twice', 'plant@example.com', '{}', now(), deleted_at FROM email_threads, generate_series(1, 2)
WHERE id = '00000000-0000-4000-8000-000000000002';
---*/
