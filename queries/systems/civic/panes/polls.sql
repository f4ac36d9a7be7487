/*---
title    = "Polls"
group    = "civic"
identity = ["id"]
paging   = "keyset"
actions  = ["delete"]
[columns]
start_time    = { as = "time", sort = "desc", label = "starts" }
voting_method = { label = "method" }
ends          = { as = "time" }
options       = { as = "tally" }
turnout       = { as = "spark" }
total_votes   = { as = "number", label = "votes" }
table         = { hide = true }
key           = { hide = true }
[[part]]
pane   = "votes"
column = "poll_id"
value  = "id"
hide   = ["poll", "weight"]
[[part]]
pane   = "audit"
column = "record_id"
value  = "id"
hide   = ["table_name"]
---*/
-- The votes of each option are kept by triggers; the turnout, votes in twelve slices of the window up to now, is counted by index alone.
SELECT
  p.title,
  p.status,
  p.total_votes,
  (
    SELECT jsonb_agg(jsonb_build_object('label', o.label, 'votes', coalesce(t.votes, 0), 'of', p.total_votes) ORDER BY o.place)
    FROM (
      SELECT
        e.place,
        CASE jsonb_typeof(e.value) WHEN 'string' THEN e.value #>> '{}' ELSE e.value ->> 'id' END AS id,
        CASE jsonb_typeof(e.value) WHEN 'string' THEN e.value #>> '{}' ELSE coalesce(e.value ->> 'label', e.value ->> 'id') END AS label
      FROM jsonb_array_elements(p.options) WITH ORDINALITY e (value, place)
    ) o
    LEFT JOIN poll_tallies t ON t.poll_id = p.id AND t.option_id = o.id
  ) AS options,
  (
    SELECT jsonb_agg((
      SELECT count(*)
      FROM votes_v2 v
      WHERE v.poll_id = p.id AND v.is_active AND v.created_at >= p.start_time + s.slice * w.step AND v.created_at < p.start_time + (s.slice + 1) * w.step
    ) ORDER BY s.slice)
    FROM generate_series(0, 11) s (slice)
    CROSS JOIN (SELECT (least(p.end_time, now()) - p.start_time) / 12 AS step) w
    WHERE p.start_time < now()
  ) AS turnout,
  p.voting_method,
  p.start_time,
  p.end_time AS ends,
  p.hashtags AS tags,
  u.display_name AS creator,
  p.privacy_level AS privacy,
  p.id,
  current_schema() || '.polls_v2' AS "table",
  format('{"id":"%s"}', p.id) AS key
FROM polls_v2 p
LEFT JOIN user_profiles_v2 u ON u.user_id = p.created_by
WHERE p.is_active
