/*---
title    = "Votes that choose what cannot be chosen"
severity = "error"
category = "votes"
about    = "data"
why      = "The result adds up options of the poll. A vote for another one, for several in a poll of one, or with a gap in its ranking falsifies it or is lost."
door     = "votes"
identity = ["object", "poll"]
whole    = ["votes_v2", "polls_v2"]
---*/
-- The rules written out: one option in a single poll, at least one in multiple and approval, all of them in ranked.
WITH offered AS (
  SELECT
    p.id,
    p.voting_method,
    array_agg(CASE jsonb_typeof(o.value) WHEN 'string' THEN o.value #>> '{}' ELSE o.value ->> 'id' END) AS ids
  FROM polls_v2 p
  CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(p.options) WHEN 'array' THEN p.options ELSE '[]' END) o (value)
  GROUP BY p.id
),
-- Thousands of votes make a handful of different choices: each is judged once.
chosen AS (
  SELECT
    v.poll_id,
    v.selected_options,
    count(*) AS votes,
    min(v.id::text) AS first
  FROM votes_v2 v
  WHERE v.is_active
  GROUP BY v.poll_id, v.selected_options
),
listed AS MATERIALIZED (
  SELECT
    c.poll_id,
    c.votes,
    c.first,
    ARRAY(
      SELECT e.id FROM jsonb_array_elements_text(CASE jsonb_typeof(c.selected_options) WHEN 'array' THEN c.selected_options ELSE '[]' END) e (id)
    ) AS ids
  FROM chosen c
),
wrong AS (
  SELECT
    l.poll_id,
    l.votes,
    l.first,
    l.ids <@ o.ids AS known
  FROM listed l
  LEFT JOIN offered o ON o.id = l.poll_id
  WHERE l.ids = '{}'
    OR (l.ids <@ o.ids) IS NOT TRUE
    OR CASE o.voting_method WHEN 'single' THEN cardinality(l.ids) <> 1 WHEN 'ranked' THEN cardinality(l.ids) <> cardinality(o.ids) ELSE false END
    OR cardinality(l.ids) <> (SELECT count(DISTINCT d.id) FROM unnest(l.ids) d (id))
)
SELECT
  current_schema() || '.votes_v2' AS object,
  w.poll_id::text AS poll,
  format(
    'poll %s has %s not fit: %s for unknown options, the first is %s',
    w.poll_id,
    CASE sum(w.votes) WHEN 1 THEN '1 vote that does' ELSE sum(w.votes) || ' votes that do' END,
    coalesce(sum(w.votes) FILTER (WHERE w.known IS NOT TRUE), 0),
    min(w.first)
  ) AS detail,
  'Put the option back into the poll, or take the votes out of the count with soft_delete' AS fix,
  format('poll_id=%s', w.poll_id) AS filter,
  sum(w.votes) AS weight
FROM wrong w
GROUP BY w.poll_id
/*--- plant
-- finds: civic.votes_v2
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 3) n;
INSERT INTO polls_v2 (id, title, options, voting_method, start_time, end_time, status)
SELECT md5(m)::uuid, 'Plant', '["yes", {"id": "no", "label": "No"}]', m, now() - interval '2 days', now() + interval '1 day', 'active'
FROM unnest(ARRAY['single', 'ranked', 'multiple']) m;
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  (md5('single')::uuid, md5('plant1')::uuid, '["no"]'),
  (md5('single')::uuid, md5('plant2')::uuid, '["yes"]'),
  (md5('ranked')::uuid, md5('plant1')::uuid, '["no", "yes"]'),
  (md5('ranked')::uuid, md5('plant2')::uuid, '["yes", "no"]'),
  (md5('multiple')::uuid, md5('plant1')::uuid, '["no", "yes"]');
SET LOCAL session_replication_role = replica;
UPDATE votes_v2 SET selected_options = '["maybe"]' WHERE poll_id = md5('single')::uuid AND user_id = md5('plant1')::uuid;
UPDATE votes_v2 SET selected_options = '["no"]' WHERE poll_id = md5('ranked')::uuid AND user_id = md5('plant1')::uuid;
---*/
