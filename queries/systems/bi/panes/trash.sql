/*---
title    = "Trash"
group    = "bi"
identity = ["id", "kind"]
paging   = "keyset"
tenant   = "organization_id"
actions  = ["restore"]
[columns]
deleted_at      = { as = "time", sort = "desc", label = "changed" }
table           = { hide = true }
key             = { hide = true }
organization_id = { hide = true }
---*/
-- A status carries no time: rows are in the order of their last change. One branch per table reads its own index in order; all else is
-- looked up for the rows on the screen. parent is the deleted record above, which has to be restored first.
SELECT
  d.changed_at AS deleted_at,
  d.kind,
  CASE d.kind
    WHEN 'organizations' THEN (SELECT left(r.name, 120) FROM organizations r WHERE r.id = d.id)
    WHEN 'users' THEN (SELECT left(concat_ws(' ', r.first_name, r.last_name), 120) FROM users r WHERE r.id = d.id)
    WHEN 'organization_members' THEN (
      SELECT left(concat_ws(' ', u.first_name, u.last_name), 100) || ', ' || r.role FROM organization_members r JOIN users u ON u.id = r.user_id WHERE r.id = d.id
    )
    WHEN 'dashboard_widgets' THEN (SELECT left(r.widget_type, 120) FROM dashboard_widgets r WHERE r.id = d.id)
    WHEN 'email_subscriptions' THEN (SELECT left(r.email_type, 120) FROM email_subscriptions r WHERE r.id = d.id)
  END AS label,
  (SELECT o.name FROM organizations o WHERE o.id = d.organization_id) AS tenant,
  (
    SELECT coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), l.context ->> 'session_user')
    FROM audit_log l
    LEFT JOIN users u ON u.id = l.user_id
    WHERE l.record_id = d.id AND l.operation = 'UPDATE' AND (l.new_values ->> 'status' = 'inactive' OR l.new_values ->> 'is_active' = 'false')
    ORDER BY l.created_at DESC
    LIMIT 1
  ) AS deleted_by,
  CASE d.kind
    WHEN 'organization_members' THEN (
      SELECT coalesce(
        (SELECT 'organizations ' || left(p.name, 80) FROM organizations p WHERE p.id = r.organization_id AND p.status = 'inactive'),
        (SELECT 'users ' || left(concat_ws(' ', p.first_name, p.last_name), 80) FROM users p WHERE p.id = r.user_id AND p.status = 'inactive')
      )
      FROM organization_members r
      WHERE r.id = d.id
    )
    WHEN 'dashboard_widgets' THEN (
      SELECT 'users ' || left(concat_ws(' ', p.first_name, p.last_name), 80)
      FROM dashboard_widgets r
      JOIN users p ON p.id = r.user_id
      WHERE r.id = d.id AND p.status = 'inactive'
    )
    WHEN 'email_subscriptions' THEN (
      SELECT 'users ' || left(concat_ws(' ', p.first_name, p.last_name), 80)
      FROM email_subscriptions r
      JOIN users p ON p.id = r.user_id
      WHERE r.id = d.id AND p.status = 'inactive'
    )
  END AS parent,
  d.id,
  d.organization_id,
  current_schema() || '.' || d.kind AS "table",
  format('{"id":"%s"}', d.id) AS key
FROM (
  (
    SELECT r.updated_at AS changed_at, 'organizations' AS kind, r.id, r.id AS organization_id
    FROM organizations r
    WHERE r.status = 'inactive'
    ORDER BY r.updated_at DESC, r.id DESC
  )
  UNION ALL
  (
    SELECT r.updated_at, 'users', r.id, NULL
    FROM users r
    WHERE r.status = 'inactive'
    ORDER BY r.updated_at DESC, r.id DESC
  )
  UNION ALL
  (
    SELECT r.updated_at, 'organization_members', r.id, r.organization_id
    FROM organization_members r
    WHERE r.status = 'inactive'
    ORDER BY r.updated_at DESC, r.id DESC
  )
  UNION ALL
  (
    SELECT r.updated_at, 'dashboard_widgets', r.id, r.organization_id
    FROM dashboard_widgets r
    WHERE NOT r.is_active
    ORDER BY r.updated_at DESC, r.id DESC
  )
  UNION ALL
  (
    SELECT r.updated_at, 'email_subscriptions', r.id, NULL
    FROM email_subscriptions r
    WHERE NOT r.is_active
    ORDER BY r.updated_at DESC, r.id DESC
  )
) d
