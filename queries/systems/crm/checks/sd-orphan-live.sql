/*---
title    = "Live rows under a deleted parent"
severity = "warning"
category = "soft-delete"
about    = "data"
why      = "The foreign key does not see a soft delete: such a row shows up in lists and counts while the record it belongs to is in the trash."
door     = "trash"
whole    = ["leads", "tasks", "notes", "deals", "email_threads", "email_messages", "attachments"]
---*/
-- Only where the deletion of the parent takes the child along; activities stay on purpose. Deleted parents are few: they
-- are found by their own index, and their children by the key.
WITH parents AS MATERIALIZED (
  SELECT 'leads' AS parent, 'lead' AS kind, l.id, l.deleted_at FROM leads l WHERE l.deleted_at IS NOT NULL
  UNION ALL
  SELECT 'tasks', 'task', t.id, t.deleted_at FROM tasks t WHERE t.deleted_at IS NOT NULL
  UNION ALL
  SELECT 'notes', 'note', n.id, n.deleted_at FROM notes n WHERE n.deleted_at IS NOT NULL
  UNION ALL
  SELECT 'deals', 'deal', d.id, d.deleted_at FROM deals d WHERE d.deleted_at IS NOT NULL
  UNION ALL
  SELECT 'email_messages', 'email', m.id, m.deleted_at FROM email_messages m WHERE m.deleted_at IS NOT NULL
  UNION ALL
  SELECT 'email_threads', NULL, e.id, e.deleted_at FROM email_threads e WHERE e.deleted_at IS NOT NULL
),
orphans AS (
  SELECT 'tasks' AS child, t.id, p.parent, p.id AS parent_id, p.deleted_at
  FROM parents p
  JOIN tasks t ON t.lead_id = p.id AND t.deleted_at IS NULL
  WHERE p.parent = 'leads'
  UNION ALL
  SELECT 'notes', n.id, p.parent, p.id, p.deleted_at
  FROM parents p
  JOIN notes n ON n.lead_id = p.id AND n.deleted_at IS NULL
  WHERE p.parent = 'leads'
  UNION ALL
  SELECT 'deals', d.id, p.parent, p.id, p.deleted_at
  FROM parents p
  JOIN deals d ON d.lead_id = p.id AND d.deleted_at IS NULL
  WHERE p.parent = 'leads'
  UNION ALL
  SELECT 'email_threads', e.id, p.parent, p.id, p.deleted_at
  FROM parents p
  JOIN email_threads e ON e.lead_id = p.id AND e.deleted_at IS NULL
  WHERE p.parent = 'leads'
  UNION ALL
  SELECT 'email_messages', m.id, p.parent, p.id, p.deleted_at
  FROM parents p
  JOIN email_messages m ON m.thread_id = p.id AND m.deleted_at IS NULL
  WHERE p.parent = 'email_threads'
  UNION ALL
  SELECT 'attachments', a.id, p.parent, p.id, p.deleted_at
  FROM parents p
  JOIN attachments a ON a.entity_type = p.kind AND a.entity_id = p.id AND a.deleted_at IS NULL
  WHERE p.kind IS NOT NULL
)
SELECT
  current_schema() || '.' || o.child AS object,
  format(
    '%s live, but the record above is deleted, the first of them %s under %s',
    CASE count(*) WHEN 1 THEN '1 row is' ELSE count(*) || ' rows are' END,
    min(o.id::text),
    (array_agg(format('%s %s', o.parent, o.parent_id) ORDER BY o.id))[1]
  ) AS detail,
  'Restore the parent, or delete the rows as well: ' || format(
    'SELECT %I.soft_delete(%L, id) FROM unnest(%L::uuid[]) id',
    current_schema(),
    o.child,
    (array_agg(o.id ORDER BY o.id))[1:20]
  ) AS fix,
  -- The parent the first of them stands under: to restore it is one way out.
  format('deleted_at=%s', to_json((array_agg(o.deleted_at ORDER BY o.id))[1])) AS filter,
  count(*) AS weight
FROM orphans o
GROUP BY o.child
/*--- plant
-- finds: crm.notes
-- finds: crm.email_messages
-- finds: crm.attachments
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (id, org_id, name) VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'Gone');
INSERT INTO notes (org_id, lead_id, content) SELECT org_id, id, name FROM leads;
INSERT INTO tasks (org_id, lead_id, title, deleted_at) SELECT org_id, id, name, now() FROM leads;
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path)
SELECT org_id, 'task', id, title, 'text/plain', 0, title FROM tasks;
INSERT INTO email_threads (id, org_id, thread_id, deleted_at) SELECT id, org_id, name, now() FROM leads;
INSERT INTO email_messages (org_id, thread_id, message_id, from_email, to_emails, sent_at)
SELECT org_id, id, thread_id, 'plant@example.com', '{}', now() FROM email_threads;
UPDATE leads SET deleted_at = now();
---*/
