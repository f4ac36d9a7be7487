/*---
title    = "Totals that do not tell what is there"
severity = "error"
category = "counters"
about    = "data"
why      = "Lists and results show the stored totals instead of counting: of polls, of their options, and of users."
door     = "polls"
whole    = ["polls_v2", "votes_v2", "poll_tallies", "poll_analytics", "user_profiles_v2", "user_analytics"]
---*/
-- Removed polls and profiles too: a restore starts from the totals the removal left behind.
WITH chosen AS (
  SELECT
    v.poll_id,
    v.selected_options,
    count(*) AS votes
  FROM votes_v2 v
  WHERE v.is_active
  GROUP BY v.poll_id, v.selected_options
),
poll_votes AS (
  SELECT c.poll_id, sum(c.votes)::bigint AS votes FROM chosen c GROUP BY c.poll_id
),
user_votes AS (
  SELECT v.user_id, count(*) AS votes FROM votes_v2 v WHERE v.is_active GROUP BY v.user_id
),
user_polls AS (
  SELECT p.created_by AS user_id, count(*) AS polls FROM polls_v2 p WHERE p.is_active GROUP BY p.created_by
),
option_votes AS (
  SELECT
    c.poll_id,
    o.option_id,
    sum(c.votes)::bigint AS votes
  FROM chosen c
  JOIN polls_v2 p ON p.id = c.poll_id
  CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(c.selected_options) WHEN 'array' THEN c.selected_options ELSE '[]' END
  ) WITH ORDINALITY o (option_id, place)
  WHERE p.voting_method <> 'ranked' OR o.place = 1
  GROUP BY c.poll_id, o.option_id
),
drift AS (
  SELECT 'polls_v2' AS name, p.id, format('total_votes %s for %s', p.total_votes, coalesce(c.votes, 0)) AS says, p.is_active AS live
  FROM polls_v2 p
  LEFT JOIN poll_votes c ON c.poll_id = p.id
  WHERE p.total_votes <> coalesce(c.votes, 0)
  UNION ALL
  SELECT 'poll_analytics', a.poll_id, format('total_votes %s, unique_voters %s for %s', a.total_votes, a.unique_voters, coalesce(c.votes, 0)), false
  FROM poll_analytics a
  LEFT JOIN poll_votes c ON c.poll_id = a.poll_id
  WHERE (a.total_votes, a.unique_voters) <> (coalesce(c.votes, 0), coalesce(c.votes, 0))
  UNION ALL
  SELECT
    'poll_tallies',
    coalesce(t.poll_id, c.poll_id),
    format('%L %s for %s', coalesce(t.option_id, c.option_id), coalesce(t.votes, 0), coalesce(c.votes, 0)),
    false
  FROM poll_tallies t
  FULL JOIN option_votes c ON c.poll_id = t.poll_id AND c.option_id = t.option_id
  WHERE coalesce(t.votes, 0) <> coalesce(c.votes, 0)
  UNION ALL
  SELECT
    'user_profiles_v2',
    u.user_id,
    format('total_votes_cast %s for %s, total_polls_created %s for %s', u.total_votes_cast, coalesce(c.votes, 0), u.total_polls_created, coalesce(p.polls, 0)),
    false
  FROM user_profiles_v2 u
  LEFT JOIN user_votes c ON c.user_id = u.user_id
  LEFT JOIN user_polls p ON p.user_id = u.user_id
  WHERE (u.total_votes_cast, u.total_polls_created) <> (coalesce(c.votes, 0), coalesce(p.polls, 0))
  UNION ALL
  SELECT
    'user_analytics',
    a.user_id,
    format('votes_cast %s for %s, polls_created %s for %s', a.votes_cast, coalesce(c.votes, 0), a.polls_created, coalesce(p.polls, 0)),
    false
  FROM user_analytics a
  JOIN user_profiles_v2 u ON u.user_id = a.user_id
  LEFT JOIN user_votes c ON c.user_id = a.user_id
  LEFT JOIN user_polls p ON p.user_id = a.user_id
  WHERE (a.votes_cast, a.polls_created) <> (coalesce(c.votes, 0), coalesce(p.polls, 0))
)
SELECT
  current_schema() || '.' || d.name AS object,
  format(
    '%s wrong, the first of them of %s: %s',
    CASE count(*) WHEN 1 THEN '1 row is' ELSE count(*) || ' rows are' END,
    min(d.id::text),
    (array_agg(d.says ORDER BY d.id::text))[1]
  ) AS detail,
  format(
    'SELECT %I.%I(id) FROM unnest(%L::uuid[]) id%s',
    current_schema(),
    CASE WHEN d.name IN ('user_profiles_v2', 'user_analytics') THEN 'recount_user' ELSE 'recount_poll' END,
    (array_agg(DISTINCT d.id))[1:20],
    CASE WHEN count(DISTINCT d.id) > 20 THEN ' -- the first twenty' ELSE '' END
  ) AS fix,
  CASE WHEN d.name LIKE 'poll%' THEN 'id=' || coalesce(min(d.id::text) FILTER (WHERE d.live), min(d.id::text)) END AS filter,
  count(*) AS weight
FROM drift d
GROUP BY d.name
/*--- plant
-- finds: civic.polls_v2
-- finds: civic.poll_tallies
-- finds: civic.user_analytics
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 3) n;
INSERT INTO user_profiles_v2 (user_id, username, display_name, email)
SELECT md5('plant' || n)::uuid, 'plant' || n, 'Plant', n || '@plant.example' FROM generate_series(1, 3) n;
INSERT INTO polls_v2 (id, title, options, voting_method, created_by, start_time, end_time, status)
SELECT md5('poll' || n)::uuid, 'Plant', '["yes", "no"]', CASE n WHEN 1 THEN 'ranked' ELSE 'multiple' END, md5('plant1')::uuid,
  now() - interval '2 days', now() + interval '1 day', 'active'
FROM generate_series(1, 2) n;
INSERT INTO votes_v2 (poll_id, user_id, selected_options)
SELECT md5('poll' || p)::uuid, md5('plant' || n)::uuid, '["no", "yes"]' FROM generate_series(1, 3) n, generate_series(1, 2) p;
UPDATE polls_v2 SET total_votes = 7 WHERE id = md5('poll1')::uuid;
UPDATE poll_tallies SET votes = 2 WHERE poll_id = md5('poll2')::uuid AND option_id = 'yes';
UPDATE user_analytics SET polls_created = 0 WHERE user_id = md5('plant1')::uuid;
---*/
