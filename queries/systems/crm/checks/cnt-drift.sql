/*---
title    = "Counters that do not tell what is there"
severity = "error"
category = "counters"
about    = "data"
why      = "The list of leads shows and sorts by notes_count, tasks_count, open_tasks_count and emails_count instead of counting."
door     = "leads"
whole    = ["leads", "notes", "tasks", "email_threads", "email_messages"]
---*/
-- All leads, deleted ones too: a restore starts from the counters the deletion left behind.
WITH notes_now AS (
  SELECT
    n.lead_id,
    count(*) AS notes
  FROM notes n
  WHERE n.deleted_at IS NULL
  GROUP BY n.lead_id
),
tasks_now AS (
  SELECT
    t.lead_id,
    count(*) AS tasks,
    count(*) FILTER (WHERE t.status NOT IN ('completed', 'cancelled')) AS open_tasks
  FROM tasks t
  WHERE t.deleted_at IS NULL AND t.lead_id IS NOT NULL
  GROUP BY t.lead_id
),
-- Messages are many and wide, deleted ones are few: all by index alone, less those in the trash, reads no live row.
messages AS (
  SELECT
    m.thread_id,
    count(*) AS messages
  FROM email_messages m
  GROUP BY m.thread_id
),
deleted_messages AS (
  SELECT
    m.thread_id,
    count(*) AS messages
  FROM email_messages m
  WHERE m.deleted_at IS NOT NULL
  GROUP BY m.thread_id
),
emails_now AS (
  SELECT
    e.lead_id,
    sum(m.messages - coalesce(d.messages, 0)) AS emails
  FROM email_threads e
  JOIN messages m ON m.thread_id = e.id
  LEFT JOIN deleted_messages d ON d.thread_id = e.id
  WHERE e.deleted_at IS NULL AND e.lead_id IS NOT NULL
  GROUP BY e.lead_id
),
drift AS (
  SELECT
    l.id,
    l.deleted_at IS NULL AS live,
    concat_ws(
      ', ',
      'notes_count ' || nullif(l.notes_count, c.notes) || ' for ' || c.notes,
      'tasks_count ' || nullif(l.tasks_count, c.tasks) || ' for ' || c.tasks,
      'open_tasks_count ' || nullif(l.open_tasks_count, c.open_tasks) || ' for ' || c.open_tasks,
      'emails_count ' || nullif(l.emails_count, c.emails) || ' for ' || c.emails
    ) AS says,
    row_number() OVER (ORDER BY l.id) AS nr
  FROM leads l
  LEFT JOIN notes_now n ON n.lead_id = l.id
  LEFT JOIN tasks_now t ON t.lead_id = l.id
  LEFT JOIN emails_now e ON e.lead_id = l.id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(n.notes, 0) AS notes,
      coalesce(t.tasks, 0) AS tasks,
      coalesce(t.open_tasks, 0) AS open_tasks,
      coalesce(e.emails, 0) AS emails
  ) c
  WHERE (l.notes_count, l.tasks_count, l.open_tasks_count, l.emails_count) <> (c.notes, c.tasks, c.open_tasks, c.emails)
)
SELECT
  current_schema() || '.leads' AS object,
  format(
    '%s of the leads have wrong counters: %s%s',
    count(*),
    string_agg(format('%s has %s', d.id, d.says), '; ' ORDER BY d.nr) FILTER (WHERE d.nr <= 5),
    CASE WHEN count(*) > 5 THEN '; …' ELSE '' END
  ) AS detail,
  format(
    'SELECT %I.recount_lead(id) FROM unnest(%L::uuid[]) id%s',
    current_schema(),
    array_agg(d.id ORDER BY d.nr) FILTER (WHERE d.nr <= 20),
    CASE WHEN count(*) > 20 THEN ' -- the first twenty' ELSE '' END
  ) AS fix,
  -- The pane shows live leads; terms of a filter cannot be alternatives, so it is the first of them.
  'id=' || (array_agg(d.id ORDER BY d.nr) FILTER (WHERE d.live))[1] AS filter,
  count(*) AS weight
FROM drift d
HAVING count(*) > 0
/*--- plant
-- finds: crm.leads
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (org_id, name) VALUES ('00000000-0000-4000-8000-000000000001', 'Right');
INSERT INTO leads (org_id, name, notes_count, emails_count) VALUES ('00000000-0000-4000-8000-000000000001', 'Wrong', 3, -1);
---*/
