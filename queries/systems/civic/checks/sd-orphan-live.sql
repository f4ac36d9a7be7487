/*---
title    = "Live votes of a removed poll"
severity = "warning"
category = "soft-delete"
about    = "data"
why      = "The foreign key does not see a removal: such a vote counts for its voter while nobody sees its poll, and a restore of the poll does not know it."
door     = "trash"
whole    = ["polls_v2", "votes_v2"]
---*/
SELECT
  current_schema() || '.votes_v2' AS object,
  format(
    '%s live, but the poll above is removed, the first of them %s of poll %s',
    CASE count(*) WHEN 1 THEN '1 vote is' ELSE count(*) || ' votes are' END,
    min(v.id::text),
    (array_agg(p.id ORDER BY v.id::text))[1]
  ) AS detail,
  'Restore the poll, or remove the votes as well: ' || format(
    'SELECT %I.soft_delete(''votes_v2'', id) FROM unnest(%L::uuid[]) id',
    current_schema(),
    (array_agg(v.id ORDER BY v.id::text))[1:20]
  ) AS fix,
  format('deleted_at=%s', to_json((array_agg(p.removed_at ORDER BY v.id::text))[1])) AS filter,
  count(*) AS weight
FROM polls_v2 p
JOIN votes_v2 v ON v.poll_id = p.id AND v.is_active
WHERE NOT p.is_active
HAVING count(*) > 0
/*--- plant
-- finds: civic.votes_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 2) n;
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status)
SELECT md5('poll' || n)::uuid, 'Plant', '["yes", "no"]', now() - interval '2 days', now() + interval '1 day', 'active' FROM generate_series(1, 2) n;
INSERT INTO votes_v2 (poll_id, user_id, selected_options)
SELECT md5('poll' || p)::uuid, md5('plant' || n)::uuid, '["yes"]' FROM generate_series(1, 2) n, generate_series(1, 2) p;
SELECT soft_delete('polls_v2', md5('poll1')::uuid);
UPDATE polls_v2 SET is_active = false WHERE id = md5('poll2')::uuid;
---*/
