/*---
title    = "Figures outside their scale"
severity = "error"
category = "constraints"
about    = "data"
why      = "Scores go from 0 to 5, signals and progress to 100, shares to 1. A figure on another scale drags every average with it."
whole    = ["assessment_scores", "market_insights", "engagement_intelligence", "news_feed", "growth_progress"]
---*/
-- The constraints of the tables say the same; they hold as long as nobody takes them away.
WITH outside AS (
  SELECT 'assessment_scores' AS name, 'overall_score' AS attname, '0 to 5' AS scale, r.id, r.overall_score AS value
  FROM assessment_scores r
  WHERE r.overall_score NOT BETWEEN 0 AND 5
  UNION ALL
  SELECT 'assessment_scores', 'confidence_score', '0 to 1', r.id, r.confidence_score
  FROM assessment_scores r
  WHERE r.confidence_score NOT BETWEEN 0 AND 1
  UNION ALL
  SELECT 'market_insights', 'confidence_score', '0 to 1', r.id, r.confidence_score
  FROM market_insights r
  WHERE r.confidence_score NOT BETWEEN 0 AND 1
  UNION ALL
  SELECT 'engagement_intelligence', 'signal_score', '0 to 100', r.id, r.signal_score
  FROM engagement_intelligence r
  WHERE r.signal_score NOT BETWEEN 0 AND 100
  UNION ALL
  SELECT 'news_feed', 'relevance_score', '0 to 1', r.id, r.relevance_score
  FROM news_feed r
  WHERE r.relevance_score NOT BETWEEN 0 AND 1
  UNION ALL
  SELECT 'growth_progress', 'progress_percentage', '0 to 100', r.id, r.progress_percentage
  FROM growth_progress r
  WHERE r.progress_percentage NOT BETWEEN 0 AND 100
)
SELECT
  current_schema() || '.' || o.name AS object,
  format(
    '%s of %s outside %s, from %s to %s, the first is of %s',
    CASE count(*) WHEN 1 THEN '1 figure' ELSE count(*) || ' figures' END,
    string_agg(DISTINCT o.attname, ', ' ORDER BY o.attname),
    string_agg(DISTINCT o.scale, ', ' ORDER BY o.scale),
    min(o.value),
    max(o.value),
    min(o.id::text)
  ) AS detail,
  'Bring the figures to the scale, then add the CHECK again, as the migrations of the system have it' AS fix,
  count(*) AS weight
FROM outside o
GROUP BY o.name
/*--- plant
-- finds: bi.news_feed
-- finds: bi.engagement_intelligence
ALTER TABLE news_feed DROP CONSTRAINT news_feed_relevance_score_check;
ALTER TABLE engagement_intelligence DROP CONSTRAINT engagement_intelligence_signal_score_check;
INSERT INTO news_feed (title, relevance_score) VALUES ('Right', 1), ('Wrong', 7.5);
INSERT INTO engagement_intelligence (signal_score) VALUES (100), (-1);
---*/
