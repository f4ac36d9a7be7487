/*---
title    = "Rows that hang on another organization's record"
severity = "error"
category = "rls"
about    = "data"
why      = "Policies go by org_id alone. A row whose parent belongs to somebody else shows one customer's data to another."
whole    = ["leads", "tasks", "notes", "deals", "activities", "email_threads", "email_messages", "attachments"]
---*/
-- Foreign keys hold all but attachments together, as long as nobody loads data with triggers off; so everything is read.
-- Parent and organization stand in one index of every large table; each pair is compared once, whatever hangs on it.
WITH children AS (
  SELECT DISTINCT 'tasks' AS child, c.lead_id, c.org_id FROM tasks c WHERE c.lead_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'notes', c.lead_id, c.org_id FROM notes c WHERE c.lead_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'deals', c.lead_id, c.org_id FROM deals c WHERE c.lead_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'activities', c.lead_id, c.org_id FROM activities c WHERE c.lead_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'email_threads', c.lead_id, c.org_id FROM email_threads c WHERE c.lead_id IS NOT NULL
),
files AS (
  SELECT
    c.entity_type,
    c.entity_id,
    c.org_id,
    CASE c.entity_type
      WHEN 'lead' THEN (SELECT p.org_id FROM leads p WHERE p.id = c.entity_id)
      WHEN 'task' THEN (SELECT p.org_id FROM tasks p WHERE p.id = c.entity_id)
      WHEN 'note' THEN (SELECT p.org_id FROM notes p WHERE p.id = c.entity_id)
      WHEN 'deal' THEN (SELECT p.org_id FROM deals p WHERE p.id = c.entity_id)
      WHEN 'email' THEN (SELECT p.org_id FROM email_messages p WHERE p.id = c.entity_id)
    END AS parent_org
  FROM attachments c
),
strangers AS (
  SELECT c.child, 'lead' AS parent, p.id AS parent_id, c.org_id, p.org_id AS parent_org
  FROM children c
  JOIN leads p ON p.id = c.lead_id
  WHERE p.org_id <> c.org_id
  UNION ALL
  SELECT 'email_messages', 'email thread', p.id, c.org_id, p.org_id
  FROM (SELECT DISTINCT m.thread_id, m.org_id FROM email_messages m) c
  JOIN email_threads p ON p.id = c.thread_id
  WHERE p.org_id <> c.org_id
  UNION ALL
  SELECT 'attachments', f.entity_type, f.entity_id, f.org_id, f.parent_org
  FROM files f
  WHERE f.parent_org <> f.org_id
)
SELECT
  current_schema() || '.' || s.child AS object,
  format(
    '%s with rows of another organization, the first is %s: a row of %s, the record of %s',
    CASE count(*) WHEN 1 THEN '1 record' ELSE count(*) || ' records' END,
    (array_agg(format('%s %s', s.parent, s.parent_id) ORDER BY s.parent_id, s.org_id))[1],
    (array_agg(s.org_id ORDER BY s.parent_id, s.org_id))[1],
    (array_agg(s.parent_org ORDER BY s.parent_id, s.org_id))[1]
  ) AS detail,
  'Decide whose the row is; then set its org_id or its parent right, and look how it got past the foreign key' AS fix,
  count(*) AS weight
FROM strangers s
GROUP BY s.child
/*--- plant
-- finds: crm.notes
-- finds: crm.attachments
INSERT INTO organizations (id, name, slug) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Ours', 'plant-ours'),
  ('00000000-0000-4000-8000-000000000002', 'Theirs', 'plant-theirs');
INSERT INTO leads (id, org_id, name) VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'Plant');
INSERT INTO tasks (id, org_id, lead_id, title)
VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', 'Plant');
SET LOCAL session_replication_role = replica;
INSERT INTO notes (org_id, lead_id, content)
VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003', 'Plant');
INSERT INTO attachments (org_id, entity_type, entity_id, filename, mime_type, file_size, storage_path) VALUES
  ('00000000-0000-4000-8000-000000000001', 'lead', '00000000-0000-4000-8000-000000000003', 'right', 'text/plain', 0, 'right'),
  ('00000000-0000-4000-8000-000000000002', 'task', '00000000-0000-4000-8000-000000000004', 'wrong', 'text/plain', 0, 'wrong');
---*/
