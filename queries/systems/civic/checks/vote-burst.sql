/*---
title    = "Votes that came all at once"
severity = "warning"
category = "votes"
about    = "data"
why      = "People vote one after the other. Many votes of one poll within one minute, far above what the poll is used to, come from a script."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2"]
[params]
min_votes = 20
factor    = 10
---*/
-- What a poll is used to: its votes in the other minutes that had any.
WITH minutes AS (
  SELECT
    v.poll_id,
    date_trunc('minute', v.created_at) AS minute,
    count(*) AS votes
  FROM votes_v2 v
  WHERE v.is_active
  GROUP BY 1, 2
),
compared AS (
  SELECT
    m.poll_id,
    m.minute,
    m.votes,
    (sum(m.votes) OVER poll - m.votes) / nullif(count(*) OVER poll - 1, 0) AS norm,
    row_number() OVER (PARTITION BY m.poll_id ORDER BY m.votes DESC, m.minute) AS rank
  FROM minutes m
  WINDOW poll AS (PARTITION BY m.poll_id)
)
SELECT
  current_schema() || '.votes_v2' AS object,
  c.poll_id::text AS poll,
  format(
    '%s votes of poll %s within the minute of %s, other minutes have %s',
    c.votes,
    c.poll_id,
    c.minute,
    coalesce(round(c.norm, 1)::text, 'none')
  ) AS detail,
  'Look at devices, addresses and accounts of these votes; soft_delete takes one out of the count' AS fix,
  format('poll_id=%s', c.poll_id) AS filter,
  c.votes AS weight
FROM compared c
CROSS JOIN params
WHERE c.rank = 1
  AND c.votes >= params.min_votes
  AND c.votes >= params.factor * coalesce(c.norm, 0)
/*--- plant
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 30) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Steady', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active'),
  ('00000000-0000-4000-8000-000000000002', 'Stormed', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at)
SELECT '00000000-0000-4000-8000-000000000001'::uuid, md5('plant' || n)::uuid, '["yes"]'::jsonb, now() - n * interval '61 minutes' FROM generate_series(1, 30) n
UNION ALL
SELECT '00000000-0000-4000-8000-000000000002', md5('plant' || n)::uuid, '["yes"]',
  date_trunc('minute', now()) - CASE WHEN n <= 25 THEN n * interval '1 second' + interval '60 minutes' ELSE n * interval '60 minutes' END
FROM generate_series(1, 30) n;
---*/
