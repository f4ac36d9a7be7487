/*---
title    = "Assessments whose history says something else"
severity = "warning"
category = "events"
about    = "data"
why      = "Events are written in the transaction that changes an assessment. Where its last one tells another status, or there is none, somebody wrote past the triggers and whatever is rebuilt from events is wrong."
door     = "assessments"
whole    = ["assessments", "events"]
---*/
-- Other events may come between; only these tell a status.
WITH told AS (
  SELECT DISTINCT ON (e.aggregate_id)
    e.aggregate_id,
    CASE e.event_type
      WHEN 'assessment_completed' THEN 'completed'
      WHEN 'assessment_abandoned' THEN 'abandoned'
      WHEN 'assessment_deleted' THEN 'deleted'
      ELSE 'in_progress'
    END AS status
  FROM events e
  WHERE e.aggregate_type = 'assessment'
    AND e.event_type IN (
      'assessment_created', 'assessment_completed', 'assessment_abandoned', 'assessment_reopened', 'assessment_deleted'
    )
  ORDER BY e.aggregate_id, e.version DESC
),
drift AS (
  SELECT
    a.id,
    format('%s is %s, its events say %s', a.id, a.status, coalesce(t.status, 'nothing')) AS says
  FROM assessments a
  LEFT JOIN told t ON t.aggregate_id = a.id
  WHERE t.status IS DISTINCT FROM a.status
)
SELECT
  current_schema() || '.assessments' AS object,
  format('%s, the first: %s', CASE count(*) WHEN 1 THEN '1 assessment differs' ELSE count(*) || ' assessments differ' END, min(d.says)) AS detail,
  'Find out which is right; then append the missing event with append_event(), or set the status' AS fix,
  'id=' || min(d.id::text) AS filter,
  count(*) AS weight
FROM drift d
HAVING count(*) > 0
/*--- plant
-- finds: bi.assessments
INSERT INTO users (id, email, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@bi.example', 'Plant', 'Plant');
INSERT INTO assessments (user_id, assessment_type, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'right', 'completed'),
  ('00000000-0000-4000-8000-000000000001', 'wrong', 'in_progress');
ALTER TABLE assessments DISABLE TRIGGER assessments_status_event;
UPDATE assessments SET status = 'abandoned' WHERE assessment_type = 'wrong';
---*/
