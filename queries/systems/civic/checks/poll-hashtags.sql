/*---
title    = "Hashtags that are not found"
severity = "warning"
category = "polls"
about    = "data"
why      = "A search looks hashtags up as they are kept: in lower case, without #, each once. The primary one must be among them."
door     = "polls"
whole    = ["polls_v2", "user_profiles_v2"]
---*/
WITH wrong AS (
  SELECT 'polls_v2' AS name, p.id, format('{%s}, primary %s', array_to_string(p.hashtags, ','), coalesce(p.primary_hashtag, 'none')) AS says, p.is_active AS live
  FROM polls_v2 p
  WHERE EXISTS (SELECT FROM unnest(p.hashtags) t (tag) WHERE t.tag IS NULL OR t.tag = '' OR t.tag <> lower(ltrim(btrim(t.tag), '#')))
    OR cardinality(p.hashtags) <> (SELECT count(DISTINCT t.tag) FROM unnest(p.hashtags) t (tag))
    OR (p.primary_hashtag IS NOT NULL AND NOT p.primary_hashtag = ANY (p.hashtags))
  UNION ALL
  SELECT 'user_profiles_v2', u.id, format('{%s}', array_to_string(u.primary_hashtags || u.followed_hashtags, ',')), false
  FROM user_profiles_v2 u
  WHERE EXISTS (
      SELECT FROM unnest(u.primary_hashtags || u.followed_hashtags) t (tag) WHERE t.tag IS NULL OR t.tag = '' OR t.tag <> lower(ltrim(btrim(t.tag), '#'))
    )
)
SELECT
  current_schema() || '.' || w.name AS object,
  format(
    '%s hashtags in another spelling, twice, or a primary one of their own, the first is %s: %s',
    CASE count(*) WHEN 1 THEN '1 row has' ELSE count(*) || ' rows have' END,
    min(w.id::text),
    (array_agg(w.says ORDER BY w.id::text))[1]
  ) AS detail,
  CASE w.name
    WHEN 'polls_v2' THEN format('UPDATE %I.polls_v2 SET primary_hashtag = NULL, hashtags = hashtags WHERE id = …', current_schema())
    ELSE format('UPDATE %I.user_profiles_v2 SET primary_hashtags = primary_hashtags WHERE id = …', current_schema())
  END || ' -- the trigger puts them right' AS fix,
  CASE w.name WHEN 'polls_v2' THEN 'id=' || coalesce(min(w.id::text) FILTER (WHERE w.live), min(w.id::text)) END AS filter,
  count(*) AS weight
FROM wrong w
GROUP BY w.name
/*--- plant
-- finds: civic.polls_v2
INSERT INTO polls_v2 (title, options, start_time, end_time, hashtags, primary_hashtag) VALUES
  ('Right', '["yes", "no"]', '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', '{One,#two}', '#One'),
  ('None', '["yes", "no"]', '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', '{}', NULL),
  ('Wrong', '["yes", "no"]', '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', '{one}', NULL);
SET LOCAL session_replication_role = replica;
UPDATE polls_v2 SET primary_hashtag = 'two' WHERE title = 'Wrong';
---*/
