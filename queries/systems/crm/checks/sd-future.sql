/*---
title    = "Rows deleted in the future"
severity = "warning"
category = "soft-delete"
about    = "data"
why      = "A deletion stamped later than now came from a wrong clock: it leads every list by time, and purging by age spares it."
door     = "trash"
whole    = ["organizations", "users", "leads", "tasks", "notes", "deals", "activities", "email_threads", "email_messages", "attachments"]
[params]
grace_seconds = 60
---*/
-- The grace is for a deletion that was committed while this statement began.
WITH moment AS (
  SELECT now() + make_interval(secs => grace_seconds::float8) AS at FROM params
),
ahead AS (
  SELECT 'organizations' AS name, r.deleted_at FROM organizations r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'users', r.deleted_at FROM users r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'leads', r.deleted_at FROM leads r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'tasks', r.deleted_at FROM tasks r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'notes', r.deleted_at FROM notes r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'deals', r.deleted_at FROM deals r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'activities', r.deleted_at FROM activities r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'email_threads', r.deleted_at FROM email_threads r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'email_messages', r.deleted_at FROM email_messages r WHERE r.deleted_at > (SELECT at FROM moment)
  UNION ALL
  SELECT 'attachments', r.deleted_at FROM attachments r WHERE r.deleted_at > (SELECT at FROM moment)
)
SELECT
  current_schema() || '.' || a.name AS object,
  format('%s deleted later than now, the latest at %s', CASE count(*) WHEN 1 THEN '1 row is' ELSE count(*) || ' rows are' END, max(a.deleted_at)) AS detail,
  'Look whose clock is wrong; then set the time of the deletion right, one moment for all that fell together' AS fix,
  format('tables~%s', to_json(format('"%s.%s"', current_schema(), a.name))) AS filter,
  count(*) AS weight
FROM ahead a
GROUP BY a.name
/*--- plant
-- finds: crm.leads
-- finds: crm.users
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000009', 'plant@example.com');
INSERT INTO users (id, email, deleted_at) VALUES ('00000000-0000-4000-8000-000000000009', 'plant@example.com', now() + interval '1 year');
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (org_id, name, deleted_at) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Tomorrow', now() + interval '1 day'),
  ('00000000-0000-4000-8000-000000000001', 'Yesterday', now() - interval '1 day');
---*/
