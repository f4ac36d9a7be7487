/*---
title    = "Summary that does not match the assessments"
severity = "warning"
category = "views"
about    = "data"
why      = "Reports read assessment_analytics_summary. Its contents are compared with the assessments and their scores."
door     = "views"
whole    = ["assessments", "assessment_scores", "assessment_analytics_summary"]
local    = ["budgets"]
---*/
-- Within its budget the view may lag behind: there a month counts only if nothing of it was written since the refresh.
WITH base AS (
  SELECT
    a.assessment_type,
    date_trunc('month', a.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS month,
    count(*) AS total,
    avg(c.overall_score) AS score,
    count(*) FILTER (WHERE c.overall_score >= 4.0) AS high,
    count(*) FILTER (WHERE c.overall_score < 2.0) AS low,
    avg(c.confidence_score) AS confidence,
    max(greatest(a.created_at, a.updated_at, c.created_at)) AS touched
  FROM assessments a
  JOIN assessment_scores c ON c.assessment_id = a.id
  GROUP BY 1, 2
),
differing AS (
  SELECT
    coalesce(b.assessment_type, s.assessment_type) AS assessment_type,
    coalesce(b.month, s.month) AS month,
    coalesce(b.total, 0) AS total,
    coalesce(s.total_assessments, 0) AS shown,
    b.touched
  FROM base b
  FULL JOIN assessment_analytics_summary s ON s.assessment_type = b.assessment_type AND s.month = b.month
  WHERE (b.total, b.score, b.high, b.low, b.confidence)
    IS DISTINCT FROM (s.total_assessments, s.avg_score, s.high_performers, s.low_performers, s.avg_confidence)
),
-- A moment later than now explains nothing: nobody has touched a record then.
refreshed AS (
  SELECT
    v.as_of,
    v.as_of > now() - coalesce(
      (SELECT b.budget FROM budgets b WHERE b.schema = current_schema() AND b.view = 'assessment_analytics_summary'),
      interval '24 hours'
    ) AS lenient
  FROM (SELECT max(s.as_of) AS as_of FROM assessment_analytics_summary s) v
)
SELECT
  current_schema() || '.assessment_analytics_summary' AS object,
  format(
    '%s, the first is %s of %s: %s shown, %s there; refreshed %s',
    CASE count(*) WHEN 1 THEN '1 row does not match' ELSE count(*) || ' rows do not match' END,
    (array_agg(d.assessment_type ORDER BY d.month, d.assessment_type))[1],
    to_char(min(d.month) AT TIME ZONE 'UTC', 'YYYY-MM'),
    (array_agg(d.shown ORDER BY d.month, d.assessment_type))[1],
    (array_agg(d.total ORDER BY d.month, d.assessment_type))[1],
    coalesce(max(f.as_of)::text, 'before there were any')
  ) AS detail,
  format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I.assessment_analytics_summary', current_schema()) AS fix,
  'view=assessment_analytics_summary' AS filter,
  count(*) AS weight
FROM differing d
CROSS JOIN refreshed f
WHERE f.lenient IS NOT TRUE OR NOT coalesce(d.touched > f.as_of AND d.touched <= now(), false)
HAVING count(*) > 0
/*--- plant
-- finds: bi.assessment_analytics_summary
INSERT INTO users (id, email, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@bi.example', 'Plant', 'Plant');
INSERT INTO assessments (id, user_id, assessment_type, created_at, updated_at) VALUES
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'plant', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00'),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'plant', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
INSERT INTO assessment_scores (assessment_id, overall_score, created_at)
VALUES ('00000000-0000-4000-8000-000000000002', 5, '2026-01-01 00:00:00+00');
REFRESH MATERIALIZED VIEW assessment_analytics_summary;
INSERT INTO assessment_scores (assessment_id, overall_score, created_at)
VALUES ('00000000-0000-4000-8000-000000000003', 1, '2026-01-01 00:00:00+00');
---*/
