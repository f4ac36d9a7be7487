-- seed-defects 1.1 #4: the summary can be made, and months are those of the assessments
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');
INSERT INTO assessments (id, user_id, assessment_type, created_at) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'defect', '2026-03-31 23:30:00+00');
INSERT INTO assessment_scores (assessment_id, overall_score, confidence_score, created_at) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  4.5, 0.5, '2026-04-02 00:00:00+00');

-- on the seed:
CREATE MATERIALIZED VIEW assessment_analytics_summary AS
SELECT
    assessment_type,
    COUNT(*) as total_assessments,
    AVG(overall_score) as avg_score,
    COUNT(CASE WHEN overall_score >= 4.0 THEN 1 END) as high_performers,
    COUNT(CASE WHEN overall_score < 2.0 THEN 1 END) as low_performers,
    AVG(confidence_score) as avg_confidence,
    DATE_TRUNC('month', created_at) as month
FROM assessments a
JOIN assessment_scores as2 ON a.id = as2.assessment_id
GROUP BY assessment_type, DATE_TRUNC('month', created_at);
-- on ours:
REFRESH MATERIALIZED VIEW assessment_analytics_summary;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT total_assessments = 1 AND high_performers = 1 AND low_performers = 0 AND month = '2026-03-01 00:00:00+00'
    FROM assessment_analytics_summary
    WHERE assessment_type = 'defect'
  ), false) THEN
    RAISE EXCEPTION 'defect: the summary is wrong';
  END IF;
END
$$;
