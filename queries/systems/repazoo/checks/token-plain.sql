/*---
title    = "Tokens that are not encrypted"
severity = "error"
category = "encryption"
about    = "data"
why      = "A token in plain text acts for its user on Twitter, for whoever reads the table or a backup of it."
door     = "accounts"
whole    = ["twitter_accounts"]
---*/
-- A sealed token begins with the byte 1, which no text begins with, and has 65 bytes at least.
WITH plain AS (
  SELECT
    t.id,
    t.twitter_username,
    k.kind,
    octet_length(k.token) AS bytes
  FROM twitter_accounts t
  CROSS JOIN LATERAL (VALUES ('access', t.access_token_encrypted), ('refresh', t.refresh_token_encrypted)) k (kind, token)
  WHERE CASE WHEN octet_length(k.token) < 65 THEN true ELSE get_byte(k.token, 0) <> 1 END
)
SELECT
  current_schema() || '.twitter_accounts' AS object,
  format(
    '%s not sealed, the first is the %s token of @%s with %s bytes',
    CASE count(*) WHEN 1 THEN '1 token is' ELSE count(*) || ' tokens are' END,
    (array_agg(p.kind ORDER BY p.id, p.kind))[1],
    (array_agg(p.twitter_username ORDER BY p.id, p.kind))[1],
    (array_agg(p.bytes ORDER BY p.id, p.kind))[1]
  ) AS detail,
  'Let the users connect again, or write the tokens with update_twitter_tokens(); look who writes past the functions' AS fix,
  'id=' || (array_agg(p.id ORDER BY p.id))[1] AS filter,
  count(*) AS weight
FROM plain p
HAVING count(*) > 0
/*--- plant
-- finds: repazoo.twitter_accounts
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO twitter_accounts (user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted, token_expires_at)
VALUES
  ('00000000-0000-4000-8000-000000000001', 'plant-1', 'plain', convert_to(repeat('readable ', 8), 'UTF8'), encrypt_token('r'), 'infinity'),
  ('00000000-0000-4000-8000-000000000001', 'plant-2', 'sealed', encrypt_token('a'), encrypt_token('r'), 'infinity');
---*/
