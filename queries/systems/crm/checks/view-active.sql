/*---
title    = "Views of the live rows that show something else"
severity = "error"
category = "views"
about    = "data"
why      = "The application reads leads_active, tasks_active, notes_active and deals_active and takes them for the live rows, all and only."
whole    = ["leads", "tasks", "notes", "deals", "leads_active", "tasks_active", "notes_active", "deals_active"]
---*/
-- None deleted and as many as there are live: counting both goes by indexes, comparing every id would not.
WITH counted AS (
  SELECT
    'leads_active' AS name,
    (SELECT count(*) FROM leads_active v WHERE v.deleted_at IS NOT NULL) AS deleted,
    (SELECT count(*) FROM leads_active) AS shown,
    (SELECT count(*) FROM leads r WHERE r.deleted_at IS NULL) AS live
  UNION ALL
  SELECT
    'tasks_active',
    (SELECT count(*) FROM tasks_active v WHERE v.deleted_at IS NOT NULL),
    (SELECT count(*) FROM tasks_active),
    (SELECT count(*) FROM tasks r WHERE r.deleted_at IS NULL)
  UNION ALL
  SELECT
    'notes_active',
    (SELECT count(*) FROM notes_active v WHERE v.deleted_at IS NOT NULL),
    (SELECT count(*) FROM notes_active),
    (SELECT count(*) FROM notes r WHERE r.deleted_at IS NULL)
  UNION ALL
  SELECT
    'deals_active',
    (SELECT count(*) FROM deals_active v WHERE v.deleted_at IS NOT NULL),
    (SELECT count(*) FROM deals_active),
    (SELECT count(*) FROM deals r WHERE r.deleted_at IS NULL)
)
SELECT
  current_schema() || '.' || c.name AS object,
  format('it shows %s rows, %s of them deleted, and %s are live', c.shown, c.deleted, c.live) AS detail,
  format('SELECT %I.create_active_view(%L)', current_schema(), replace(c.name, '_active', '')) AS fix,
  greatest(c.deleted, abs(c.shown - c.live)) AS weight
FROM counted c
WHERE c.deleted > 0 OR c.shown <> c.live
/*--- plant
-- finds: crm.notes_active
-- finds: crm.deals_active
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (org_id, name, deleted_at) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Live', NULL),
  ('00000000-0000-4000-8000-000000000001', 'Deleted', now());
INSERT INTO notes (org_id, lead_id, content, deleted_at) SELECT org_id, id, name, deleted_at FROM leads;
INSERT INTO deals (org_id, lead_id, title, deleted_at) SELECT org_id, id, name, deleted_at FROM leads;
CREATE OR REPLACE VIEW notes_active AS SELECT * FROM notes;
CREATE OR REPLACE VIEW deals_active AS SELECT * FROM deals WHERE deleted_at IS NULL AND value > 0;
---*/
