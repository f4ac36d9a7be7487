-- seed-defects 1.1 #12: a second run brings nothing twice, whatever the time zone, and what cannot come is counted
CREATE TABLE enhanced_market_insights (
  u_id uuid, industry text, market_size jsonb, growth_rate jsonb, competition jsonb, sentiment jsonb, full_insight text, data_sources jsonb,
  confidence_score numeric, ai_model_version text, created_at timestamptz
);
CREATE TABLE realtime_business_trends (title text, insight text, industry text, source text, createdat timestamptz);
CREATE TABLE realtime_marketing_playbook (insight text, source text, createdat timestamptz);
INSERT INTO enhanced_market_insights (industry, confidence_score, created_at) VALUES ('Defects', 0.5, '2025-01-01 00:00:00+00');
INSERT INTO realtime_business_trends VALUES ('Trend', 'Defect', 'Defects', 'old', '2025-01-01 00:00:00+00');
INSERT INTO realtime_marketing_playbook VALUES ('Defect', 'old', '2025-01-01 00:00:00+00');
INSERT INTO realtime_business_trends VALUES
  ('Trend', 'Defect', 'Defects', 'old', '2025-01-01 00:00:00+00'),
  (NULL, 'Nameless', NULL, NULL, NULL);
INSERT INTO enhanced_market_insights (u_id, industry, confidence_score) VALUES ('10000000-0000-4000-8000-000000000001', 'Defects', 0.5),
  (NULL, 'Defects', 85);

CREATE TEMP TABLE told AS SELECT * FROM migrate_intelligence_data();
SET LOCAL timezone = 'Asia/Tokyo';
SET LOCAL datestyle = 'SQL, DMY';
DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(concat_ws(' ', step, migrated, skipped),
    ', ' ORDER BY step) = 'market insights 1 2, playbook 1 0, trends 2 1' FROM told), false) THEN
    RAISE EXCEPTION 'defect: the counts are wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT sum(migrated) = 0 AND sum(skipped) = 3 FROM migrate_intelligence_data()), false) THEN
    RAISE EXCEPTION 'defect: something came twice';
  END IF;
END
$$;
