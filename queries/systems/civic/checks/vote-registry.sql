/*---
title    = "Votes and their registry disagree"
severity = "error"
category = "votes"
about    = "data"
why      = "That a user votes once in a poll is kept by the registry alone, as no constraint reaches across the months. A vote it does not know can be cast again."
door     = "votes"
whole    = ["votes_v2", "vote_registry"]
---*/
WITH twice AS (
  SELECT
    v.poll_id,
    v.user_id,
    count(*) AS votes
  FROM votes_v2 v
  GROUP BY v.poll_id, v.user_id
  HAVING count(*) > 1
),
differing AS (
  SELECT 'votes_v2' AS name, v.poll_id, v.id
  FROM votes_v2 v
  LEFT JOIN vote_registry r ON r.poll_id = v.poll_id AND r.user_id = v.user_id AND r.vote_id = v.id
  WHERE r.vote_id IS NULL
  UNION ALL
  SELECT 'vote_registry', r.poll_id, r.vote_id
  FROM vote_registry r
  LEFT JOIN votes_v2 v ON v.poll_id = r.poll_id AND v.user_id = r.user_id AND v.id = r.vote_id
  WHERE v.id IS NULL
)
SELECT
  current_schema() || '.' || d.name AS object,
  CASE d.name
    WHEN 'votes_v2' THEN format(
      '%s not in the registry, the first is %s of poll %s; %s users have several votes in one poll',
      CASE count(*) WHEN 1 THEN '1 vote is' ELSE count(*) || ' votes are' END,
      min(d.id::text),
      (array_agg(d.poll_id ORDER BY d.id::text))[1],
      (SELECT count(*) FROM twice)
    )
    ELSE format(
      '%s of a vote that is not there, the first is %s of poll %s',
      CASE count(*) WHEN 1 THEN '1 entry is' ELSE count(*) || ' entries are' END,
      min(d.id::text),
      (array_agg(d.poll_id ORDER BY d.id::text))[1]
    )
  END AS detail,
  CASE d.name
    WHEN 'votes_v2' THEN format(
      'INSERT INTO %1$I.vote_registry SELECT poll_id, user_id, id, created_at FROM %1$I.votes_v2 ON CONFLICT DO NOTHING, and delete second votes',
      current_schema()
    )
    ELSE format(
      'DELETE FROM %1$I.vote_registry r WHERE NOT EXISTS (SELECT FROM %1$I.votes_v2 v WHERE v.poll_id = r.poll_id AND v.user_id = r.user_id AND v.id = r.vote_id)',
      current_schema()
    )
  END AS fix,
  format('poll_id=%s', (array_agg(d.poll_id ORDER BY d.id::text))[1]) AS filter,
  count(*) AS weight
FROM differing d
GROUP BY d.name
/*--- plant
-- finds: civic.votes_v2
-- finds: civic.vote_registry
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 3) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status)
VALUES (md5('poll')::uuid, 'Plant', '["yes", "no"]', now() - interval '90 days', now() + interval '1 day', 'active');
INSERT INTO votes_v2 (poll_id, user_id, selected_options) SELECT md5('poll')::uuid, md5('plant' || n)::uuid, '["yes"]' FROM generate_series(1, 3) n;
SET LOCAL session_replication_role = replica;
DELETE FROM votes_v2 WHERE user_id = md5('plant1')::uuid;
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at)
VALUES (md5('poll')::uuid, md5('plant2')::uuid, '["no"]', now() - interval '60 days');
---*/
