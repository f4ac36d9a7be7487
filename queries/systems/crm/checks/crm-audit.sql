/*---
title    = "Deletions without a trace"
severity = "warning"
category = "audit"
about    = "data"
why      = "There is no deleted_by column: who deleted a record is told by the trail alone. The deletions of the last days are looked up there."
door     = "trash"
whole    = ["leads", "tasks", "notes", "deals", "email_threads", "email_messages", "attachments", "activities"]
[params]
days = 30
---*/
-- The trail carries the start of the transaction, the deletion the moment within it: an entry may be the older of the two.
WITH since AS (
  SELECT now() - make_interval(days => days::integer) AS at FROM params
),
deleted AS (
  SELECT 'leads' AS name, 'lead' AS entity, 'lead_deleted' AS says, r.id, r.id AS entity_id, r.deleted_at
  FROM leads r
  WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'tasks', 'task', 'task_deleted', r.id, r.id, r.deleted_at FROM tasks r WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'notes', 'note', 'note_deleted', r.id, r.id, r.deleted_at FROM notes r WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'deals', 'deal', 'deal_deleted', r.id, r.id, r.deleted_at FROM deals r WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'email_threads', 'email_thread', 'email_deleted', r.id, r.id, r.deleted_at FROM email_threads r WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'email_messages', 'email', 'email_deleted', r.id, r.id, r.deleted_at FROM email_messages r WHERE r.deleted_at > (SELECT at FROM since)
  UNION ALL
  SELECT 'attachments', r.entity_type, 'file_deleted', r.id, r.entity_id, r.deleted_at FROM attachments r WHERE r.deleted_at > (SELECT at FROM since)
),
-- One look into the index for each deletion: LIMIT keeps the planner from reading the whole trail instead.
untold AS (
  SELECT
    d.name,
    d.id,
    d.deleted_at
  FROM deleted d
  LEFT JOIN LATERAL (
    SELECT true AS told
    FROM activities a
    WHERE a.entity_type = d.entity
      AND a.entity_id = d.entity_id
      AND a.activity_type = d.says
      AND a.deleted_at IS NULL
      AND a.created_at >= d.deleted_at - interval '1 day'
      AND (d.name <> 'attachments' OR a.changes ->> 'attachment_id' = d.id::text)
    LIMIT 1
  ) t ON true
  WHERE t.told IS NULL
)
SELECT
  current_schema() || '.' || u.name AS object,
  format(
    '%s deleted in the last %s days without an entry in the trail, the latest is %s at %s',
    CASE count(*) WHEN 1 THEN '1 row was' ELSE count(*) || ' rows were' END,
    (SELECT days FROM params),
    (array_agg(u.id ORDER BY u.deleted_at DESC, u.id))[1],
    max(u.deleted_at)
  ) AS detail,
  'Look who works with triggers off, and whether the triggers named *_changed_activity are enabled' AS fix,
  format('tables~%s', to_json(format('"%s.%s"', current_schema(), u.name))) AS filter,
  count(*) AS weight
FROM untold u
GROUP BY u.name
/*--- plant
-- finds: crm.leads
-- finds: crm.attachments
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (id, org_id, name) VALUES
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'Told'),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'Untold');
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path)
SELECT org_id, 'lead', id, name, 'text/plain', 0, name FROM leads;
SELECT soft_delete('leads', '00000000-0000-4000-8000-000000000002');
SET LOCAL session_replication_role = replica;
UPDATE leads SET deleted_at = now() WHERE name = 'Untold';
UPDATE attachments SET deleted_at = now() WHERE filename = 'Untold';
---*/
