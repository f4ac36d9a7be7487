/*---
title    = "Polls decided by new accounts"
severity = "warning"
category = "votes"
about    = "data"
why      = "Accounts made to vote vote as soon as they are made. Where they are a good part of a poll, its result is theirs."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2", "user_profiles_v2"]
[params]
hours     = 24
min_votes = 20
share     = 0.25
---*/
SELECT
  current_schema() || '.votes_v2' AS object,
  v.poll_id::text AS poll,
  format(
    '%s of the %s votes of poll %s came from accounts less than %s hours old',
    count(*) FILTER (WHERE y.young),
    count(*),
    v.poll_id,
    params.hours
  ) AS detail,
  'Look at these accounts; soft_delete takes a vote out of the count' AS fix,
  format('poll_id=%s', v.poll_id) AS filter,
  count(*) FILTER (WHERE y.young) AS weight
FROM votes_v2 v
CROSS JOIN params
LEFT JOIN user_profiles_v2 u ON u.user_id = v.user_id
CROSS JOIN LATERAL (SELECT u.created_at > v.created_at - make_interval(hours => params.hours::integer) AS young) y
WHERE v.is_active
GROUP BY v.poll_id, params.hours, params.min_votes, params.share
HAVING count(*) FILTER (WHERE y.young) >= params.min_votes
  AND count(*) FILTER (WHERE y.young) >= params.share * count(*)
/*--- plant
-- finds: civic.votes_v2
-- with: min_votes = 3
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 8) n;
INSERT INTO user_profiles_v2 (user_id, username, display_name, email, created_at)
SELECT md5('plant' || n)::uuid, 'plant' || n, 'Plant', n || '@plant.example', now() - CASE WHEN n <= 3 THEN interval '3 hours' ELSE interval '30 days' END
FROM generate_series(1, 8) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Young', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'Old', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options)
SELECT '00000000-0000-4000-8000-000000000001'::uuid, md5('plant' || n)::uuid, '["yes"]'::jsonb FROM generate_series(1, 8) n
UNION ALL
SELECT '00000000-0000-4000-8000-000000000002', md5('plant' || n)::uuid, '["yes"]' FROM generate_series(2, 8) n;
---*/
