/*---
title    = "Leads more active than they say"
severity = "warning"
category = "counters"
about    = "data"
why      = "Lists of neglected leads go by last_activity_at; one that is behind calls people about leads somebody works on."
whole    = ["leads", "activities"]
---*/
-- Deleted activities count: the trigger does not take the time back when one is deleted. By organization and lead, as the
-- index has them.
WITH latest AS (
  SELECT
    a.org_id,
    a.lead_id,
    max(a.created_at) AS at
  FROM activities a
  WHERE a.lead_id IS NOT NULL
  GROUP BY a.org_id, a.lead_id
)
SELECT
  current_schema() || '.leads' AS object,
  format(
    '%s of the leads have an activity younger than last_activity_at, the first of them %s: %s, latest activity %s',
    count(*),
    min(l.id::text),
    (array_agg(coalesce(l.last_activity_at::text, 'nothing') ORDER BY l.id))[1],
    (array_agg(a.at ORDER BY l.id))[1]
  ) AS detail,
  format(
    'UPDATE %1$I.leads l SET last_activity_at = a.at FROM (SELECT lead_id, max(created_at) AS at FROM %1$I.activities GROUP BY lead_id) a '
    'WHERE a.lead_id = l.id AND (l.last_activity_at IS NULL OR l.last_activity_at < a.at)',
    current_schema()
  ) AS fix,
  count(*) AS weight
FROM leads l
JOIN latest a ON a.org_id = l.org_id AND a.lead_id = l.id
WHERE l.last_activity_at IS NULL OR l.last_activity_at < a.at
HAVING count(*) > 0
/*--- plant
-- finds: crm.leads
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO leads (org_id, name) VALUES ('00000000-0000-4000-8000-000000000001', 'Right'), ('00000000-0000-4000-8000-000000000001', 'Wrong');
UPDATE leads SET last_activity_at = last_activity_at - interval '1 day' WHERE name = 'Wrong';
---*/
