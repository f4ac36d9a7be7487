/*---
title    = "Audit"
group    = "civic"
identity = ["id"]
paging   = "keyset"
[columns]
created_at = { as = "time", sort = "desc" }
old_values = { as = "json" }
new_values = { as = "json" }
context    = { as = "json" }
---*/
SELECT
  a.created_at,
  a.operation,
  a.table_name,
  coalesce(u.display_name, a.context ->> 'actor', a.context ->> 'role') AS actor,
  coalesce(
    a.context ->> 'text', a.new_values ->> 'title', a.old_values ->> 'title', a.new_values ->> 'display_name', a.old_values ->> 'display_name',
    (SELECT p.title FROM polls_v2 p WHERE p.id = CASE WHEN v.poll ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN v.poll::uuid END),
    (SELECT string_agg(k.key, ', ' ORDER BY k.key) FROM jsonb_object_keys(a.new_values) k (key))
  ) AS what,
  a.context ->> 'reason' AS reason,
  a.old_values,
  a.new_values,
  a.context,
  a.record_id,
  a.user_id,
  a.id
FROM audit_logs a
LEFT JOIN user_profiles_v2 u ON u.user_id = a.user_id
CROSS JOIN LATERAL (SELECT coalesce(a.new_values, a.old_values) ->> 'poll_id' AS poll) v
