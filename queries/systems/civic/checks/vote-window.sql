/*---
title    = "Votes from outside the poll's time"
severity = "error"
category = "votes"
about    = "data"
why      = "A vote counts when it was cast between the start and the end of its poll. One from before or after was let in past the rules, or the window was moved under it."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2", "polls_v2"]
---*/
SELECT
  current_schema() || '.votes_v2' AS object,
  p.id::text AS poll,
  format(
    '%s from outside %s to %s, when poll %s ran: %s before, %s after',
    CASE count(*) WHEN 1 THEN '1 vote is' ELSE count(*) || ' votes are' END,
    p.start_time,
    p.end_time,
    p.id,
    count(*) FILTER (WHERE v.created_at < p.start_time),
    count(*) FILTER (WHERE v.created_at > p.end_time)
  ) AS detail,
  'Set the window right, or take the votes out of the count with soft_delete' AS fix,
  format('poll_id=%s', p.id) AS filter,
  count(*) AS weight
FROM polls_v2 p
JOIN votes_v2 v ON v.poll_id = p.id AND v.is_active
WHERE v.created_at < p.start_time OR v.created_at > p.end_time
GROUP BY p.id
/*--- plant
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 3) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status)
SELECT md5('poll' || n)::uuid, 'Plant', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active' FROM generate_series(1, 2) n;
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at)
SELECT md5('poll' || p)::uuid, md5('plant' || n)::uuid, '["yes"]', now() - n * interval '1 hour' FROM generate_series(1, 3) n, generate_series(1, 2) p;
SET LOCAL session_replication_role = replica;
UPDATE polls_v2 SET end_time = now() - interval '90 minutes' WHERE id = md5('poll1')::uuid;
---*/
