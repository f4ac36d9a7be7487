-- seed-defects 1.1 #12: the old insights, trends and the playbook come over
CREATE TABLE enhanced_market_insights (
  u_id uuid, industry text, market_size jsonb, growth_rate jsonb, competition jsonb, sentiment jsonb, full_insight text, data_sources jsonb,
  confidence_score numeric, ai_model_version text, created_at timestamptz
);
CREATE TABLE realtime_business_trends (title text, insight text, industry text, source text, createdat timestamptz);
CREATE TABLE realtime_marketing_playbook (insight text, source text, createdat timestamptz);
INSERT INTO enhanced_market_insights (industry, confidence_score, created_at) VALUES ('Defects', 0.5, '2025-01-01 00:00:00+00');
INSERT INTO realtime_business_trends VALUES ('Trend', 'Defect', 'Defects', 'old', '2025-01-01 00:00:00+00');
INSERT INTO realtime_marketing_playbook VALUES ('Defect', 'old', '2025-01-01 00:00:00+00');

SELECT * FROM migrate_intelligence_data();
DO $$
BEGIN
  IF NOT coalesce((SELECT signal_score = 75 FROM engagement_intelligence WHERE insights = 'Defect'), false) THEN
    RAISE EXCEPTION 'defect: the playbook is missing';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM market_insights WHERE industry = 'Defects'), false) THEN
    RAISE EXCEPTION 'defect: the insight is missing';
  END IF;
END
$$;
