/*---
title    = "Trash"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "user_id"
actions  = ["restore"]
[columns]
deleted_at       = { as = "time", sort = "desc", label = "changed" }
token_expires_at = { as = "time", label = "token until" }
table            = { hide = true }
key              = { hide = true }
user_id          = { hide = true }
---*/
-- Disconnected accounts. Nothing keeps the time of disconnecting: it is that of the last change; the trail tells who made it.
SELECT
  t.updated_at AS deleted_at,
  'twitter_accounts' AS kind,
  '@' || t.twitter_username AS label,
  u.email AS tenant,
  (
    SELECT coalesce(a.metadata ->> 'session_user', b.email)
    FROM audit_log a
    LEFT JOIN users b ON b.id = a.user_id
    WHERE a.resource_type = 'twitter_account' AND a.resource_id = t.id::text AND a.action = 'OAUTH_DISCONNECT'
    ORDER BY a.created_at DESC
    LIMIT 1
  ) AS deleted_by,
  t.token_expires_at,
  t.id,
  t.user_id,
  current_schema() || '.twitter_accounts' AS "table",
  format('{"id":"%s"}', t.id) AS key
FROM twitter_accounts t
LEFT JOIN users u ON u.id = t.user_id
WHERE NOT t.is_active
