/*---
title    = "Trash"
group    = "crm"
identity = ["id", "kind"]
paging   = "keyset"
tenant   = "org_id"
actions  = ["restore"]
[columns]
deleted_at = { as = "time", sort = "desc" }
table      = { hide = true }
key        = { hide = true }
org_id     = { hide = true }
---*/
-- One branch per table reads its own index in order; all else is looked up for the rows on the screen.
-- parent is the deleted record above, which has to be restored first.
SELECT
  d.deleted_at,
  d.kind,
  CASE d.kind
    WHEN 'leads' THEN (SELECT left(r.name, 120) FROM leads r WHERE r.id = d.id)
    WHEN 'tasks' THEN (SELECT left(r.title, 120) FROM tasks r WHERE r.id = d.id)
    WHEN 'notes' THEN (SELECT left(r.content, 120) FROM notes r WHERE r.id = d.id)
    WHEN 'deals' THEN (SELECT left(r.title, 120) FROM deals r WHERE r.id = d.id)
    WHEN 'activities' THEN (SELECT left(r.description, 120) FROM activities r WHERE r.id = d.id)
    WHEN 'email_threads' THEN (SELECT left(r.subject, 120) FROM email_threads r WHERE r.id = d.id)
    WHEN 'email_messages' THEN (SELECT left(r.subject, 120) FROM email_messages r WHERE r.id = d.id)
    WHEN 'attachments' THEN (SELECT left(r.filename, 120) FROM attachments r WHERE r.id = d.id)
  END AS label,
  (SELECT o.name FROM organizations o WHERE o.id = d.org_id) AS tenant,
  (
    SELECT coalesce(u.full_name, u.email, a.metadata ->> 'session_user')
    FROM activities a
    LEFT JOIN users u ON u.id = a.user_id
    WHERE a.entity_type = CASE d.kind
        WHEN 'leads' THEN 'lead'
        WHEN 'tasks' THEN 'task'
        WHEN 'notes' THEN 'note'
        WHEN 'deals' THEN 'deal'
        WHEN 'email_threads' THEN 'email_thread'
        WHEN 'email_messages' THEN 'email'
        WHEN 'attachments' THEN (SELECT r.entity_type FROM attachments r WHERE r.id = d.id)
      END
      AND a.entity_id = CASE d.kind WHEN 'attachments' THEN (SELECT r.entity_id FROM attachments r WHERE r.id = d.id) ELSE d.id END
      AND CASE d.kind
        WHEN 'attachments' THEN a.activity_type = 'file_deleted' AND a.changes ->> 'attachment_id' = d.id::text
        ELSE a.activity_type IN ('lead_deleted', 'task_deleted', 'note_deleted', 'deal_deleted', 'email_deleted')
      END
      AND a.deleted_at IS NULL
    ORDER BY a.created_at DESC
    LIMIT 1
  ) AS deleted_by,
  CASE d.kind
    WHEN 'tasks' THEN (SELECT 'leads ' || left(p.name, 80) FROM tasks r JOIN leads p ON p.id = r.lead_id WHERE r.id = d.id AND p.deleted_at IS NOT NULL)
    WHEN 'notes' THEN (SELECT 'leads ' || left(p.name, 80) FROM notes r JOIN leads p ON p.id = r.lead_id WHERE r.id = d.id AND p.deleted_at IS NOT NULL)
    WHEN 'deals' THEN (SELECT 'leads ' || left(p.name, 80) FROM deals r JOIN leads p ON p.id = r.lead_id WHERE r.id = d.id AND p.deleted_at IS NOT NULL)
    WHEN 'email_threads' THEN (SELECT 'leads ' || left(p.name, 80) FROM email_threads r JOIN leads p ON p.id = r.lead_id WHERE r.id = d.id AND p.deleted_at IS NOT NULL)
    WHEN 'email_messages' THEN (
      SELECT 'email_threads ' || left(coalesce(p.subject, ''), 80)
      FROM email_messages r
      JOIN email_threads p ON p.id = r.thread_id
      WHERE r.id = d.id AND p.deleted_at IS NOT NULL
    )
    WHEN 'attachments' THEN (
      SELECT coalesce(
        (SELECT 'leads ' || left(p.name, 80) FROM leads p WHERE r.entity_type = 'lead' AND p.id = r.entity_id AND p.deleted_at IS NOT NULL),
        (SELECT 'tasks ' || left(p.title, 80) FROM tasks p WHERE r.entity_type = 'task' AND p.id = r.entity_id AND p.deleted_at IS NOT NULL),
        (SELECT 'notes ' || left(p.content, 80) FROM notes p WHERE r.entity_type = 'note' AND p.id = r.entity_id AND p.deleted_at IS NOT NULL),
        (SELECT 'deals ' || left(p.title, 80) FROM deals p WHERE r.entity_type = 'deal' AND p.id = r.entity_id AND p.deleted_at IS NOT NULL),
        (
          SELECT 'email_messages ' || left(coalesce(p.subject, ''), 80)
          FROM email_messages p
          WHERE r.entity_type = 'email' AND p.id = r.entity_id AND p.deleted_at IS NOT NULL
        )
      )
      FROM attachments r
      WHERE r.id = d.id
    )
  END AS parent,
  d.id,
  d.org_id,
  current_schema() || '.' || d.kind AS "table",
  format('{"id":"%s"}', d.id) AS key
FROM (
  (SELECT r.deleted_at, 'leads' AS kind, r.id, r.org_id FROM leads r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'tasks' AS kind, r.id, r.org_id FROM tasks r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'notes' AS kind, r.id, r.org_id FROM notes r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'deals' AS kind, r.id, r.org_id FROM deals r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'activities' AS kind, r.id, r.org_id FROM activities r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'email_threads' AS kind, r.id, r.org_id FROM email_threads r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'email_messages' AS kind, r.id, r.org_id FROM email_messages r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.deleted_at, 'attachments' AS kind, r.id, r.org_id FROM attachments r WHERE r.deleted_at IS NOT NULL ORDER BY r.deleted_at DESC, r.id DESC)
) d
