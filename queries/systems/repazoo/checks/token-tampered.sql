/*---
title    = "Tokens that do not authenticate"
severity = "error"
category = "encryption"
about    = "data"
why      = "Bytes were changed after they were sealed, or the key is not the one they were sealed with: the token is lost, and somebody may have put it there."
door     = "accounts"
needs    = { extension = "pgcrypto" }
whole    = ["twitter_accounts"]
---*/
-- Each token is authenticated, none is opened. What does not even look sealed is told by token-plain.
WITH broken AS (
  SELECT
    t.id,
    t.twitter_username,
    k.kind
  FROM twitter_accounts t
  CROSS JOIN LATERAL (VALUES ('access', t.access_token_encrypted), ('refresh', t.refresh_token_encrypted)) k (kind, token)
  WHERE CASE
    WHEN octet_length(k.token) < 65 THEN false
    WHEN get_byte(k.token, 0) <> 1 THEN false
    ELSE NOT token_is_authentic(k.token)
  END
)
SELECT
  current_schema() || '.twitter_accounts' AS object,
  format(
    '%s not authentic, the first is the %s token of @%s',
    CASE count(*) WHEN 1 THEN '1 token is' ELSE count(*) || ' tokens are' END,
    (array_agg(b.kind ORDER BY b.id, b.kind))[1],
    (array_agg(b.twitter_username ORDER BY b.id, b.kind))[1]
  ) AS detail,
  'Let the users connect again; the key cannot be rotated before' AS fix,
  'id=' || (array_agg(b.id ORDER BY b.id))[1] AS filter,
  count(*) AS weight
FROM broken b
HAVING count(*) > 0
/*--- plant
-- finds: repazoo.twitter_accounts
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO twitter_accounts (user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted, token_expires_at)
VALUES
  ('00000000-0000-4000-8000-000000000001', 'plant-1', 'tampered', encrypt_token('a'), encrypt_token('r'), 'infinity'),
  ('00000000-0000-4000-8000-000000000001', 'plant-2', 'right', encrypt_token('a'), encrypt_token('r'), 'infinity');
UPDATE twitter_accounts SET access_token_encrypted = set_byte(access_token_encrypted, 20, 255 - get_byte(access_token_encrypted, 20))
WHERE twitter_username = 'tampered';
---*/
