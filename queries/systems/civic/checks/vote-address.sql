/*---
title    = "One address behind many votes"
severity = "warning"
category = "votes"
about    = "data"
why      = "A household or a school shares an address; a street does not. So many votes of one poll from one address are worth a look."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2"]
[params]
min_votes = 20
---*/
WITH addresses AS (
  SELECT
    v.poll_id,
    v.ip_address,
    count(*) AS votes
  FROM votes_v2 v
  CROSS JOIN params
  WHERE v.is_active AND v.ip_address IS NOT NULL
  GROUP BY v.poll_id, v.ip_address, params.min_votes
  HAVING count(*) >= params.min_votes
)
SELECT
  current_schema() || '.votes_v2' AS object,
  a.poll_id::text AS poll,
  format(
    '%s votes of poll %s came from %s, %s from the busiest',
    sum(a.votes),
    a.poll_id,
    CASE count(*) WHEN 1 THEN 'one address' ELSE count(*) || ' addresses' END,
    max(a.votes)
  ) AS detail,
  'Look whose votes these are; soft_delete takes one out of the count' AS fix,
  format('poll_id=%s same_address>=%s', a.poll_id, (SELECT min_votes FROM params)) AS filter,
  sum(a.votes) AS weight
FROM addresses a
GROUP BY a.poll_id
/*--- plant
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 22) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Shared', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'Single', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options, ip_address)
SELECT '00000000-0000-4000-8000-000000000001'::uuid, md5('plant' || n)::uuid, '["yes"]'::jsonb, '192.0.2.1'::inet FROM generate_series(1, 22) n
UNION ALL
SELECT '00000000-0000-4000-8000-000000000002', md5('plant' || n)::uuid, '["yes"]', '192.0.2.0'::inet + n % 2 FROM generate_series(1, 22) n;
---*/
