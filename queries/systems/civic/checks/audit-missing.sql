/*---
title    = "Removals without a trace"
severity = "warning"
category = "audit"
about    = "data"
why      = "No column says who removed a row: the trail alone does. The latest removals of each table are looked up there."
door     = "trash"
whole    = ["user_profiles_v2", "polls_v2", "votes_v2", "feedback_v2", "audit_logs"]
[params]
rows = 2000
---*/
WITH removed AS (
  (
    SELECT 'polls_v2' AS name, r.id, r.removed_at
    FROM polls_v2 r
    WHERE NOT r.is_active
    ORDER BY r.removed_at DESC, r.id DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
  UNION ALL
  (
    SELECT 'votes_v2', r.id, r.removed_at
    FROM votes_v2 r
    WHERE NOT r.is_active
    ORDER BY r.removed_at DESC, r.id DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
  UNION ALL
  (
    SELECT 'user_profiles_v2', r.id, r.removed_at
    FROM user_profiles_v2 r
    WHERE NOT r.is_active
    ORDER BY r.removed_at DESC, r.id DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
  UNION ALL
  (
    SELECT 'feedback_v2', r.id, r.removed_at
    FROM feedback_v2 r
    WHERE NOT r.is_active
    ORDER BY r.removed_at DESC, r.id DESC
    LIMIT (SELECT rows::bigint FROM params)
  )
),
-- One look into the index for each removal: LIMIT keeps the planner from reading the whole trail instead. The trail carries the
-- start of the transaction, the removal the moment within it.
untold AS (
  SELECT
    d.name,
    d.id,
    d.removed_at
  FROM removed d
  LEFT JOIN LATERAL (
    SELECT true AS told
    FROM audit_logs a
    WHERE a.table_name = d.name AND a.record_id = d.id::text AND a.operation = 'SOFT_DELETE' AND a.created_at >= d.removed_at - interval '1 day'
    LIMIT 1
  ) t ON true
  WHERE t.told IS NULL
)
SELECT
  current_schema() || '.' || u.name AS object,
  format(
    '%s removed without an entry in the trail, the latest is %s at %s',
    CASE count(*) WHEN 1 THEN '1 row was' ELSE count(*) || ' rows were' END,
    (array_agg(u.id ORDER BY u.removed_at DESC, u.id))[1],
    max(u.removed_at)
  ) AS detail,
  'Look who works with triggers off, and whether the triggers named *_audit_* are enabled' AS fix,
  format('tables~%s', to_json(format('"%s.%s"', current_schema(), u.name))) AS filter,
  count(*) AS weight
FROM untold u
GROUP BY u.name
/*--- plant
-- finds: civic.feedback_v2
INSERT INTO feedback_v2 (id, title, description) SELECT md5('plant' || n)::uuid, 'Plant', 'Plant' FROM generate_series(1, 2) n;
SELECT soft_delete('feedback_v2', md5('plant1')::uuid);
SET LOCAL session_replication_role = replica;
UPDATE feedback_v2 SET is_active = false, removed_at = now() WHERE id = md5('plant2')::uuid;
---*/
