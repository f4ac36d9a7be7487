/*---
title    = "Statistics that do not match the votes"
severity = "warning"
category = "views"
about    = "data"
why      = "Results are read from poll_stats. Its contents are compared with the polls and their votes."
door     = "views"
whole    = ["polls_v2", "votes_v2", "poll_stats"]
local    = ["budgets"]
---*/
-- Within its budget the view may lag behind: there a poll counts only if neither it nor a vote of it was touched since the refresh.
WITH counted AS (
  SELECT
    v.poll_id,
    count(*) AS votes,
    avg(v.vote_confidence) AS confidence
  FROM votes_v2 v
  WHERE v.is_active
  GROUP BY v.poll_id
),
public AS (
  SELECT
    p.id,
    p.title,
    p.total_votes,
    p.engagement_score,
    coalesce(c.votes, 0) AS votes,
    coalesce(c.confidence, 0) AS confidence
  FROM polls_v2 p
  LEFT JOIN counted c ON c.poll_id = p.id
  WHERE p.privacy_level = 'public' AND p.is_active AND p.status <> 'draft'
),
differing AS (
  SELECT coalesce(r.id, s.id) AS id
  FROM public r
  FULL JOIN poll_stats s ON s.id = r.id
  WHERE (r.title, r.total_votes, r.engagement_score, r.votes, round(r.confidence, 6))
    IS DISTINCT FROM (s.title, s.total_votes, s.engagement_score, s.actual_votes, round(s.avg_confidence, 6))
),
refreshed AS (
  SELECT
    s.as_of,
    s.as_of > now() - coalesce(b.budget, interval '5 minutes') AS lenient
  FROM (SELECT max(t.as_of) AS as_of FROM poll_stats t) s
  LEFT JOIN budgets b ON b.schema = current_schema() AND b.view = 'poll_stats'
)
SELECT
  current_schema() || '.poll_stats' AS object,
  format(
    '%s not match the votes, refreshed %s',
    CASE count(*) WHEN 1 THEN '1 poll does' ELSE count(*) || ' polls do' END,
    coalesce(max(f.as_of)::text, 'before there were any')
  ) AS detail,
  format('SELECT %I.refresh_poll_stats()', current_schema()) AS fix,
  'view=poll_stats' AS filter,
  count(*) AS weight
FROM differing d
CROSS JOIN refreshed f
WHERE f.lenient IS NOT TRUE
  OR NOT (
    EXISTS (SELECT FROM polls_v2 p WHERE p.id = d.id AND greatest(p.created_at, p.updated_at, p.removed_at) BETWEEN f.as_of AND now())
    OR EXISTS (SELECT FROM votes_v2 v WHERE v.poll_id = d.id AND greatest(v.created_at, v.updated_at, v.removed_at) BETWEEN f.as_of AND now())
  )
HAVING count(*) > 0
/*--- plant
-- finds: civic.poll_stats
INSERT INTO auth.users (id) VALUES (md5('plant')::uuid);
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status, created_at, updated_at)
VALUES (md5('poll')::uuid, 'Plant', '["yes", "no"]', '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', 'active', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
REFRESH MATERIALIZED VIEW poll_stats;
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at, updated_at)
VALUES (md5('poll')::uuid, md5('plant')::uuid, '["yes"]', '2026-01-02 00:00:00+00', '2026-01-02 00:00:00+00');
---*/
