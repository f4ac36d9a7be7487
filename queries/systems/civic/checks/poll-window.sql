/*---
title    = "Polls with a window nobody meant"
severity = "warning"
category = "polls"
about    = "data"
why      = "A poll that ends before it begins takes no vote, one of a minute next to none, and one with a mistyped year stays open for a lifetime."
door     = "polls"
whole    = ["polls_v2"]
[params]
min_minutes = 10
max_days    = 1830
---*/
SELECT
  current_schema() || '.polls_v2' AS object,
  format(
    '%s a window shorter than %s minutes or longer than %s days, the first is %s: %s to %s',
    CASE count(*) WHEN 1 THEN '1 poll has' ELSE count(*) || ' polls have' END,
    params.min_minutes,
    params.max_days,
    (array_agg(p.id ORDER BY p.id))[1],
    (array_agg(p.start_time ORDER BY p.id))[1],
    (array_agg(p.end_time ORDER BY p.id))[1]
  ) AS detail,
  format('UPDATE %I.polls_v2 SET end_time = … WHERE id = %L', current_schema(), (array_agg(p.id ORDER BY p.id))[1]) AS fix,
  'id=' || (array_agg(p.id ORDER BY p.id))[1] AS filter,
  count(*) AS weight
FROM polls_v2 p
CROSS JOIN params
WHERE p.is_active
  AND p.status <> 'draft'
  AND p.end_time - p.start_time NOT BETWEEN make_interval(mins => params.min_minutes::integer) AND make_interval(days => params.max_days::integer)
GROUP BY params.min_minutes, params.max_days
/*--- plant
-- finds: civic.polls_v2
INSERT INTO polls_v2 (title, options, start_time, end_time, status) VALUES
  ('Right', '["yes", "no"]', '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', 'active'),
  ('Draft', '["yes", "no"]', '2026-01-01 00:00:00+00', '2026-01-01 00:00:01+00', 'draft'),
  ('Mistyped', '["yes", "no"]', '2026-01-01 00:00:00+00', '2126-01-01 00:00:00+00', 'active');
---*/
