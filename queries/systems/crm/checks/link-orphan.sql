/*---
title    = "Files and activities that belong to nothing"
severity = "warning"
category = "foreign-keys"
about    = "data"
why      = "No foreign key can follow a type and an id. All attachments and the newest activities are followed to the record they name."
whole    = ["organizations", "users", "leads", "tasks", "notes", "deals", "activities", "email_threads", "email_messages", "attachments"]
[params]
activities = 5000
---*/
-- The trail outlives what it tells of: an activity is no orphan when another one says that the record was deleted for good.
-- Such an entry holds the whole row under "old" and nothing under "new". OFFSET 0 has each link looked up by key; without it
-- every table would be read into memory for a few thousand of them.
WITH newest AS MATERIALIZED (
  SELECT
    a.id,
    a.entity_type,
    a.entity_id
  FROM activities a
  WHERE a.deleted_at IS NULL
  ORDER BY a.created_at DESC, a.id DESC
  LIMIT (SELECT p.activities::bigint FROM params p)
),
links AS (
  SELECT 'activities' AS name, n.id, n.entity_type, n.entity_id FROM newest n WHERE n.entity_id IS NOT NULL
  UNION ALL
  SELECT 'attachments', f.id, f.entity_type, f.entity_id FROM attachments f
),
orphans AS (
  SELECT *
  FROM links l
  WHERE NOT CASE l.entity_type
      WHEN 'lead' THEN EXISTS (SELECT FROM leads r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'task' THEN EXISTS (SELECT FROM tasks r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'note' THEN EXISTS (SELECT FROM notes r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'deal' THEN EXISTS (SELECT FROM deals r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'email' THEN EXISTS (SELECT FROM email_messages r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'email_thread' THEN EXISTS (SELECT FROM email_threads r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'attachment' THEN EXISTS (SELECT FROM attachments r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'user' THEN EXISTS (SELECT FROM users r WHERE r.id = l.entity_id OFFSET 0)
      WHEN 'organization' THEN EXISTS (SELECT FROM organizations r WHERE r.id = l.entity_id OFFSET 0)
      ELSE true
    END
)
SELECT
  current_schema() || '.' || o.name AS object,
  format(
    '%s at a record that is not there, the first of them %s: %s',
    CASE count(*) WHEN 1 THEN '1 row points' ELSE count(*) || ' rows point' END,
    min(o.id::text),
    (array_agg(format('%s %s', o.entity_type, o.entity_id) ORDER BY o.id))[1]
  ) AS detail,
  CASE o.name
    WHEN 'attachments' THEN format('SELECT %I.soft_delete(%L, id) FROM unnest(%L::uuid[]) id', current_schema(), o.name, (array_agg(o.id ORDER BY o.id))[1:20])
    ELSE 'Nothing to repair in the trail; look who writes activities about records that do not exist'
  END AS fix,
  count(*) AS weight
FROM orphans o
WHERE o.name = 'attachments'
  OR (
    o.entity_type <> 'user'
    AND NOT EXISTS (
      SELECT
      FROM activities g
      WHERE g.entity_type = o.entity_type
        AND g.entity_id = o.entity_id
        AND g.deleted_at IS NULL
        AND g.activity_type LIKE '%\_deleted'
        AND g.changes ? 'old'
        AND NOT g.changes ? 'new'
      OFFSET 0
    )
  )
  OR (o.entity_type = 'user' AND NOT EXISTS (
    SELECT
    FROM activities g
    WHERE g.entity_type = 'user' AND g.entity_id = o.entity_id AND g.deleted_at IS NULL AND g.activity_type = 'user_removed'
    OFFSET 0
  ))
GROUP BY o.name
/*--- plant
-- finds: crm.activities
-- finds: crm.attachments
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (id, org_id, name) VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'Gone');
DELETE FROM leads;
INSERT INTO activities (org_id, activity_type, entity_type, entity_id, description)
VALUES ('00000000-0000-4000-8000-000000000001', 'task_updated', 'task', '00000000-0000-4000-8000-000000000003', 'Nothing');
SET LOCAL session_replication_role = replica;
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path)
VALUES ('00000000-0000-4000-8000-000000000001', 'deal', '00000000-0000-4000-8000-000000000004', 'lost', 'text/plain', 0, 'lost');
---*/
