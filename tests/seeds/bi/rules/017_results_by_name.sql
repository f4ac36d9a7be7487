-- seed-defects 1.1 #17: a result that names its assessment comes to it, one that is clear too, the rest is counted
CREATE TABLE tier2_users (
  u_id uuid, email text, first_name text, last_name text, phone text, title text, company text, company_size text, revenue_range text,
    industry text,
  timezone text, linkedin_url text, profile_pic_url text, agreed_terms boolean, agreed_marketing boolean, role text, created_at timestamptz
);
CREATE TABLE onboarding_assessments (
  o_id uuid, u_id uuid, growth_metrics text, gtm_strategy text, differentiator text, brand_perception text, tech_stack text,
    process_discipline text,
  acquisition_channels text, retention_strategy text, decision_bottlenecks text, future_success text, benchmark_preferences text,
  unresolved_issue text, business_priorities text, business_overview text, tech_maturity text, team_alignment text, funding_status text,
  growth_pace text, final_confirmation text, strategy_decision_method text, friction_points jsonb, created_at timestamptz
);
CREATE TABLE assessment_scoring_results (
  user_id uuid, score numeric, bracket text, category_scores jsonb, recommendations text[], next_steps text[], ai_insights text,
    confidence numeric
);
ALTER TABLE assessment_scoring_results ADD COLUMN o_id uuid;
INSERT INTO tier2_users (u_id, email, first_name, last_name, role, created_at) VALUES
  ('10000000-0000-4000-8000-000000000001', 'one@defect.example', 'One', 'One', 'user', '2025-01-01 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000002', 'two@defect.example', 'Two', 'Two', 'user', '2025-01-01 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000003', 'three@defect.example', 'Three', 'Three', 'user', '2025-01-01 00:00:00+00');
INSERT INTO onboarding_assessments (o_id, u_id, growth_metrics, friction_points, created_at) VALUES
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'first', '["a", "b"]', '2025-01-01 00:00:00+00'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'second', NULL, '2025-02-01 00:00:00+00'),
  ('20000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000002', 'only', NULL, '2025-02-01 00:00:00+00'),
  ('20000000-0000-4000-8000-000000000004', '10000000-0000-4000-8000-000000000003', 'only', NULL, '2025-02-01 00:00:00+00'),
  ('20000000-0000-4000-8000-000000000005', '10000000-0000-4000-8000-000000000004', 'of nobody', NULL, '2025-02-01 00:00:00+00');
INSERT INTO assessment_scoring_results (user_id, score, o_id) VALUES ('10000000-0000-4000-8000-000000000001', 2,
  '20000000-0000-4000-8000-000000000001'), ('10000000-0000-4000-8000-000000000001', 4, '20000000-0000-4000-8000-000000000002'),
  ('10000000-0000-4000-8000-000000000002', 3, NULL), ('10000000-0000-4000-8000-000000000003', 85, '20000000-0000-4000-8000-000000000004');
SELECT * FROM migrate_user_data();

DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(concat_ws(' ', step, migrated, skipped), ', ' ORDER BY step) = 'assessments 4 1, scores 3 1'
    FROM migrate_assessments()), false) THEN
    RAISE EXCEPTION 'defect: the counts are wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(concat_ws(' ', step, migrated, skipped), ', ' ORDER BY step) = 'assessments 0 1, scores 0 1'
    FROM migrate_assessments()), false) THEN
    RAISE EXCEPTION 'defect: the second run is wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT overall_score = 4 FROM assessment_scores WHERE assessment_id = '20000000-0000-4000-8000-000000000002'),
    false) THEN
    RAISE EXCEPTION 'defect: the score is at the wrong assessment';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 4 AND count(*) FILTER (WHERE growth_metrics = 'only') = 2
      AND count(*) FILTER (WHERE friction_points = '["a", "b"]') = 1
    FROM onboarding_assessments_compat
    WHERE u_id::text LIKE '10000000%'
  ), false) THEN
    RAISE EXCEPTION 'defect: the old view does not show them';
  END IF;
END
$$;
