/*---
title    = "Accounts"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
tenant   = "user_id"
actions  = ["delete"]
[columns]
created_at       = { as = "time", sort = "desc", label = "connected" }
token_expires_at = { as = "time", label = "token until" }
last_synced_at   = { as = "time", label = "refreshed" }
user_id          = { hide = true }
table            = { hide = true }
key              = { hide = true }
[[part]]
pane   = "analyses"
column = "twitter_account_id"
value  = "id"
---*/
SELECT
  t.created_at,
  '@' || t.twitter_username AS account,
  u.email AS tenant,
  t.token_expires_at,
  t.last_synced_at,
  t.scopes,
  t.twitter_user_id,
  t.id,
  t.user_id,
  current_schema() || '.twitter_accounts' AS "table",
  format('{"id":"%s"}', t.id) AS key
FROM twitter_accounts t
LEFT JOIN users u ON u.id = t.user_id
WHERE t.is_active
