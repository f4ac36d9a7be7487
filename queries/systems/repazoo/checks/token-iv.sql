/*---
title    = "Tokens sealed with the same initialisation vector"
severity = "error"
category = "encryption"
about    = "data"
why      = "Equal vectors make equal tokens look equal. Vectors are drawn at random, so a repeated one means a copied token or a broken generator."
door     = "accounts"
whole    = ["twitter_accounts"]
---*/
WITH repeated AS (
  SELECT
    substring(k.token FROM 2 FOR 16) AS iv,
    count(*) AS tokens,
    min(t.id::text) AS id,
    (array_agg(t.twitter_username ORDER BY t.id::text))[1] AS first,
    (array_agg(t.twitter_username ORDER BY t.id::text DESC))[1] AS last
  FROM twitter_accounts t
  CROSS JOIN LATERAL (VALUES (t.access_token_encrypted), (t.refresh_token_encrypted)) k (token)
  WHERE CASE WHEN octet_length(k.token) < 65 THEN false ELSE get_byte(k.token, 0) = 1 END
  GROUP BY 1
  HAVING count(*) > 1
)
SELECT
  current_schema() || '.twitter_accounts' AS object,
  format(
    '%s used by %s tokens, the first by @%s and @%s',
    CASE count(*) WHEN 1 THEN '1 vector is' ELSE count(*) || ' vectors are' END,
    sum(r.tokens),
    (array_agg(r.first ORDER BY r.id))[1],
    (array_agg(r.last ORDER BY r.id))[1]
  ) AS detail,
  'Let the users of all but one connect again; look who copies rows' AS fix,
  'id=' || min(r.id) AS filter,
  sum(r.tokens) AS weight
FROM repeated r
HAVING count(*) > 0
/*--- plant
-- finds: repazoo.twitter_accounts
INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@repazoo.example');
INSERT INTO twitter_accounts (user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted, token_expires_at)
SELECT '00000000-0000-4000-8000-000000000001', 'plant-' || n, 'copied', s.token, encrypt_token('r'), 'infinity'
FROM (SELECT encrypt_token('a') AS token OFFSET 0) s, generate_series(1, 2) n;
---*/
