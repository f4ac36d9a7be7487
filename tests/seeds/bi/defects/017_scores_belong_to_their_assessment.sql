-- seed-defects 1.1 #17: two assessments with two results do not become four scores, and a second run brings nothing twice
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
INSERT INTO tier2_users (u_id, email, first_name, last_name, role, created_at) VALUES
  ('10000000-0000-4000-8000-000000000001', 'old@defect.example', 'Old', 'One', 'user', '2025-01-01 00:00:00+00');
INSERT INTO onboarding_assessments (o_id, u_id, growth_metrics, created_at) VALUES
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'first', '2025-01-01 00:00:00+00'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'second', '2025-02-01 00:00:00+00');
INSERT INTO assessment_scoring_results (user_id, score, bracket) VALUES ('10000000-0000-4000-8000-000000000001', 2, 'first'),
  ('10000000-0000-4000-8000-000000000001', 4, 'second');
SELECT migrate_user_data();

SELECT * FROM migrate_assessments();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) <= 2 FROM assessment_scores), false) THEN
    RAISE EXCEPTION 'defect: more scores than assessments';
  END IF;
END
$$;
SELECT * FROM migrate_assessments();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM assessments WHERE assessment_type = 'onboarding'), false) THEN
    RAISE EXCEPTION 'defect: not two assessments';
  END IF;
END
$$;
