/*---
title    = "Connected accounts with an expired token"
severity = "warning"
category = "accounts"
about    = "data"
why      = "The account looks connected and nothing can be read from it: the refresh job is behind, or the user took the permission back."
door     = "accounts"
whole    = ["twitter_accounts"]
---*/
SELECT
  current_schema() || '.twitter_accounts' AS object,
  format(
    '%s connected and cannot be used, the first is @%s, expired at %s',
    CASE count(*) WHEN 1 THEN '1 account is' ELSE count(*) || ' accounts are' END,
    (array_agg(t.twitter_username ORDER BY t.token_expires_at, t.id))[1],
    min(t.token_expires_at)
  ) AS detail,
  'Refresh with update_twitter_tokens(); where Twitter refuses, set is_active to false and ask the user to connect again' AS fix,
  'id=' || (array_agg(t.id ORDER BY t.token_expires_at, t.id))[1] AS filter,
  count(*) AS weight
FROM twitter_accounts t
WHERE t.is_active AND t.token_expires_at < now()
HAVING count(*) > 0
/*--- plant
-- finds: repazoo.twitter_accounts
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO twitter_accounts (user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted,
  token_expires_at, is_active)
SELECT '00000000-0000-4000-8000-000000000001', 'plant-' || n, 'p' || n, encrypt_token('a'), encrypt_token('r'),
  now() + interval '1 day' * (n - 2), n <> 2
FROM generate_series(1, 3) n;
---*/
