/*---
title    = "Trash"
group    = "civic"
identity = ["id", "kind"]
paging   = "keyset"
actions  = ["restore"]
[columns]
deleted_at = { as = "time", sort = "desc" }
votes      = { as = "number" }
table      = { hide = true }
key        = { hide = true }
---*/
-- One branch per table reads its own index in order; all else is looked up for the rows on the screen. Votes that fell with their
-- poll come back with it: they are counted beside it and not listed. parent is a poll that was removed after one of its votes,
-- and has to be restored first.
SELECT
  d.removed_at AS deleted_at,
  d.kind,
  CASE d.kind
    WHEN 'polls_v2' THEN (SELECT left(r.title, 120) FROM polls_v2 r WHERE r.id = d.id)
    WHEN 'votes_v2' THEN (SELECT left(p.title, 120) FROM votes_v2 r JOIN polls_v2 p ON p.id = r.poll_id WHERE r.id = d.id)
    WHEN 'user_profiles_v2' THEN (SELECT r.display_name FROM user_profiles_v2 r WHERE r.id = d.id)
    WHEN 'feedback_v2' THEN (SELECT left(r.title, 120) FROM feedback_v2 r WHERE r.id = d.id)
  END AS label,
  (
    SELECT coalesce(u.display_name, a.context ->> 'actor', a.context ->> 'role')
    FROM audit_logs a
    LEFT JOIN user_profiles_v2 u ON u.user_id = a.user_id
    WHERE a.table_name = d.kind AND a.record_id = d.id::text AND a.operation = 'SOFT_DELETE'
    ORDER BY a.created_at DESC
    LIMIT 1
  ) AS deleted_by,
  CASE WHEN d.kind = 'polls_v2' THEN (SELECT count(*) FROM votes_v2 r WHERE r.poll_id = d.id AND r.removed_at = d.removed_at) END AS votes,
  CASE WHEN d.kind = 'votes_v2' THEN (
    SELECT 'polls_v2 ' || left(p.title, 80) FROM votes_v2 r JOIN polls_v2 p ON p.id = r.poll_id WHERE r.id = d.id AND NOT p.is_active
  ) END AS parent,
  d.id,
  current_schema() || '.' || d.kind AS "table",
  format('{"id":"%s"}', d.id) AS key
FROM (
  (SELECT r.removed_at, 'polls_v2' AS kind, r.id FROM polls_v2 r WHERE NOT r.is_active ORDER BY r.removed_at DESC, r.id DESC)
  UNION ALL
  (
    SELECT r.removed_at, 'votes_v2' AS kind, r.id
    FROM votes_v2 r
    WHERE NOT r.is_active AND NOT EXISTS (SELECT FROM polls_v2 p WHERE p.id = r.poll_id AND p.removed_at = r.removed_at)
    ORDER BY r.removed_at DESC, r.id DESC
  )
  UNION ALL
  (SELECT r.removed_at, 'user_profiles_v2' AS kind, r.id FROM user_profiles_v2 r WHERE NOT r.is_active ORDER BY r.removed_at DESC, r.id DESC)
  UNION ALL
  (SELECT r.removed_at, 'feedback_v2' AS kind, r.id FROM feedback_v2 r WHERE NOT r.is_active ORDER BY r.removed_at DESC, r.id DESC)
) d
