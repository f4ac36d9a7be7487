/*---
title    = "One device behind many votes"
severity = "warning"
category = "votes"
about    = "data"
why      = "A user has one vote in a poll, and one person can have many users. The fingerprint of the device gives them away."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2"]
[params]
min_votes = 5
---*/
WITH devices AS (
  SELECT
    v.poll_id,
    v.device_fingerprint,
    count(*) AS votes
  FROM votes_v2 v
  CROSS JOIN params
  WHERE v.is_active AND v.device_fingerprint IS NOT NULL
  GROUP BY v.poll_id, v.device_fingerprint, params.min_votes
  HAVING count(*) >= params.min_votes
)
SELECT
  current_schema() || '.votes_v2' AS object,
  d.poll_id::text AS poll,
  format(
    '%s votes of poll %s came from %s, %s from the busiest',
    sum(d.votes),
    d.poll_id,
    CASE count(*) WHEN 1 THEN 'one device' ELSE count(*) || ' devices' END,
    max(d.votes)
  ) AS detail,
  'Look whose votes these are; soft_delete takes one out of the count' AS fix,
  format('poll_id=%s same_device>=%s', d.poll_id, (SELECT min_votes FROM params)) AS filter,
  sum(d.votes) AS weight
FROM devices d
GROUP BY d.poll_id
/*--- plant
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 6) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Shared', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'Single', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options, device_fingerprint)
SELECT '00000000-0000-4000-8000-000000000001'::uuid, md5('plant' || n)::uuid, '["yes"]'::jsonb, 'shared' FROM generate_series(1, 6) n
UNION ALL
SELECT '00000000-0000-4000-8000-000000000002', md5('plant' || n)::uuid, '["yes"]', nullif('own' || n % 2, 'own1') FROM generate_series(1, 6) n;
---*/
