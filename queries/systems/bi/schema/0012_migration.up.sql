-- From the tables of the old program, which stand in the same schema while it is replaced. The names are the seed's; each function returns
-- a row a step instead of nothing: how many rows came over, and how many cannot. A second run brings what is new and nothing twice.

-- Who is who: two old users with one e-mail address are one user here, and what belonged to either comes to that one
-- (seed-defects 1.1 #16).
CREATE TABLE legacy_users (
  legacy_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  migrated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_legacy_users_user ON legacy_users (user_id);

CREATE FUNCTION require_legacy(VARIADIC p_tables text[]) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_missing text;
BEGIN
  SELECT string_agg(t.name, ', ') INTO v_missing FROM unnest(p_tables) t (name) WHERE to_regclass(quote_ident(t.name)) IS NULL;
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'nothing to migrate from: % not found in schema %', v_missing, current_schema()
      USING ERRCODE = 'undefined_table', HINT = 'Put the tables of the old program beside the new ones first.';
  END IF;
END
$$;

-- Rows without an e-mail address cannot be users here; in the seed one of them stops them all.
CREATE FUNCTION migrate_user_data() RETURNS TABLE (step text, migrated bigint, skipped bigint)
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_new bigint;
  v_mapped bigint;
  v_skipped bigint;
BEGIN
  PERFORM require_legacy('tier2_users');
  INSERT INTO users (
    id, email, first_name, last_name, phone, title, company, company_size, revenue_range, industry, timezone, linkedin_url,
    profile_pic_url, agreed_terms, agreed_marketing, role, created_at, updated_at
  )
  SELECT
    t.u_id,
    t.email,
    coalesce(t.first_name, ''),
    coalesce(t.last_name, ''),
    t.phone,
    t.title,
    t.company,
    t.company_size,
    t.revenue_range,
    t.industry,
    t.timezone,
    t.linkedin_url,
    t.profile_pic_url,
    coalesce(t.agreed_terms, false),
    coalesce(t.agreed_marketing, false),
    CASE WHEN t.role IN ('user', 'admin', 'owner') THEN t.role ELSE 'user' END,
    coalesce(t.created_at, now()),
    now()
  FROM tier2_users t
  WHERE t.email IS NOT NULL AND NOT EXISTS (SELECT FROM legacy_users l WHERE l.legacy_id = t.u_id)
  ORDER BY t.created_at, t.u_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_new = ROW_COUNT;
  INSERT INTO legacy_users (legacy_id, user_id)
  SELECT t.u_id, u.id
  FROM tier2_users t
  JOIN users u ON u.email = t.email
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_mapped = ROW_COUNT;
  SELECT count(*) INTO v_skipped FROM tier2_users t WHERE NOT EXISTS (SELECT FROM legacy_users l WHERE l.legacy_id = t.u_id);
  IF v_mapped > 0 THEN
    PERFORM append_event(
      'migration', md5('tier2_users')::uuid, 'user_migration_completed',
      jsonb_build_object('migrated_count', v_new, 'merged_count', v_mapped - v_new, 'skipped_count', v_skipped)
    );
  END IF;
  RETURN QUERY VALUES ('users', v_new, v_skipped), ('merged users', v_mapped - v_new, 0::bigint);
END
$$;
COMMENT ON FUNCTION migrate_user_data() IS 'Brings tier2_users over; afterwards legacy_users says who is who.';

-- A result belongs to the assessment it names (assessment_id or o_id). The seed joins it to every assessment of the user (#17); where it
-- names none, it is clear only for a user with one assessment and one result. What is unclear, or no score, is left and counted.
CREATE FUNCTION migrate_assessments() RETURNS TABLE (step text, migrated bigint, skipped bigint)
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_migrated bigint;
BEGIN
  PERFORM require_legacy('onboarding_assessments', 'assessment_scoring_results');
  INSERT INTO assessments (id, user_id, assessment_type, responses, metadata, status, completed_at, created_at)
  SELECT
    o.o_id,
    l.user_id,
    'onboarding',
    jsonb_build_object(
      'growth_metrics', o.growth_metrics,
      'gtm_strategy', o.gtm_strategy,
      'differentiator', o.differentiator,
      'brand_perception', o.brand_perception,
      'tech_stack', o.tech_stack,
      'process_discipline', o.process_discipline,
      'acquisition_channels', o.acquisition_channels,
      'retention_strategy', o.retention_strategy,
      'decision_bottlenecks', o.decision_bottlenecks,
      'future_success', o.future_success,
      'benchmark_preferences', o.benchmark_preferences,
      'unresolved_issue', o.unresolved_issue,
      'business_priorities', o.business_priorities,
      'business_overview', o.business_overview,
      'tech_maturity', o.tech_maturity,
      'team_alignment', o.team_alignment,
      'funding_status', o.funding_status,
      'growth_pace', o.growth_pace,
      'final_confirmation', o.final_confirmation,
      'strategy_decision_method', o.strategy_decision_method,
      'friction_points', o.friction_points
    ),
    jsonb_build_object('source', 'onboarding_assessments'),
    'completed',
    coalesce(o.created_at, now()),
    coalesce(o.created_at, now())
  FROM onboarding_assessments o
  JOIN legacy_users l ON l.legacy_id = o.u_id
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_migrated = ROW_COUNT;
  RETURN QUERY
  SELECT 'assessments'::text, v_migrated, count(*)
  FROM onboarding_assessments o
  WHERE NOT EXISTS (SELECT FROM assessments a WHERE a.id = o.o_id);

  INSERT INTO assessment_scores (
    assessment_id, overall_score, bracket, category_scores, recommendations, next_steps, ai_insights, confidence_score
  )
  SELECT DISTINCT ON (a.id)
    a.id,
    r.score,
    r.bracket,
    coalesce(r.category_scores, '{}'),
    r.recommendations,
    r.next_steps,
    r.ai_insights,
    r.confidence
  FROM assessment_scoring_results r
  CROSS JOIN LATERAL (
    SELECT coalesce(to_jsonb(r) ->> 'assessment_id', to_jsonb(r) ->> 'o_id')::uuid AS assessment_id
  ) named
  JOIN onboarding_assessments o ON o.u_id = r.user_id AND (
    o.o_id = named.assessment_id
    OR (
      named.assessment_id IS NULL
      AND (SELECT count(*) FROM onboarding_assessments x WHERE x.u_id = r.user_id) = 1
      AND (SELECT count(*) FROM assessment_scoring_results x WHERE x.user_id = r.user_id) = 1
    )
  )
  JOIN assessments a ON a.id = o.o_id
  WHERE coalesce(r.score BETWEEN 0 AND 5, true) AND coalesce(r.confidence BETWEEN 0 AND 1, true)
  ORDER BY a.id, r.score DESC NULLS LAST
  ON CONFLICT (assessment_id) DO NOTHING;
  GET DIAGNOSTICS v_migrated = ROW_COUNT;
  RETURN QUERY
  SELECT
    'scores'::text,
    v_migrated,
    (SELECT count(*) FROM assessment_scoring_results) - (
      SELECT count(*)
      FROM onboarding_assessments o
      JOIN assessment_scores c ON c.assessment_id = o.o_id
    );
END
$$;
COMMENT ON FUNCTION migrate_assessments() IS 'Brings onboarding_assessments and their results over. Call migrate_user_data first.';

-- The old rows have no key: their content is made one, so that a second run finds them here. Times and dates in it must not depend
-- on who runs this.
CREATE FUNCTION migrate_intelligence_data() RETURNS TABLE (step text, migrated bigint, skipped bigint)
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
AS $$
DECLARE
  v_migrated bigint;
BEGIN
  PERFORM require_legacy('enhanced_market_insights', 'realtime_business_trends', 'realtime_marketing_playbook');
  INSERT INTO market_insights (
    id, user_id, industry, market_size, growth_rate, competition, sentiment, full_insight, data_sources, confidence_score,
    ai_model_version, created_at
  )
  SELECT
    e.id,
    l.user_id,
    e.industry,
    coalesce(e.market_size, '{}'),
    coalesce(e.growth_rate, '{}'),
    coalesce(e.competition, '{}'),
    coalesce(e.sentiment, '{}'),
    e.full_insight,
    coalesce(e.data_sources, '{}'),
    e.confidence_score,
    e.ai_model_version,
    coalesce(e.created_at, now())
  FROM (
    SELECT x.*, md5(format('insight %s %s', x, row_number() OVER (PARTITION BY x::text)))::uuid AS id
    FROM enhanced_market_insights x
  ) e
  LEFT JOIN legacy_users l ON l.legacy_id = e.u_id
  WHERE e.industry IS NOT NULL
    AND (e.u_id IS NULL OR l.user_id IS NOT NULL)
    AND coalesce(e.confidence_score BETWEEN 0 AND 1, true)
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_migrated = ROW_COUNT;
  RETURN QUERY
  SELECT 'market insights'::text, v_migrated, count(*)
  FROM enhanced_market_insights e
  LEFT JOIN legacy_users l ON l.legacy_id = e.u_id
  WHERE e.industry IS NULL OR (e.u_id IS NOT NULL AND l.user_id IS NULL) OR e.confidence_score NOT BETWEEN 0 AND 1;

  INSERT INTO business_trends (id, title, insight, industry, source, created_at)
  SELECT
    t.id,
    t.title,
    t.insight,
    t.industry,
    coalesce(t.source, 'ai_generated'),
    coalesce(t.createdat, now())
  FROM (
    SELECT x.*, md5(format('trend %s %s', x, row_number() OVER (PARTITION BY x::text)))::uuid AS id
    FROM realtime_business_trends x
  ) t
  WHERE t.title IS NOT NULL AND t.insight IS NOT NULL
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_migrated = ROW_COUNT;
  RETURN QUERY
  SELECT 'trends'::text, v_migrated, count(*)
  FROM realtime_business_trends t
  WHERE t.title IS NULL OR t.insight IS NULL;

  -- 75 is the seed's "default signal score".
  INSERT INTO engagement_intelligence (id, signal_score, engagement_metrics, recommendations, insights, source, created_at)
  SELECT
    p.id,
    75.0,
    jsonb_build_object('playbook_insight', p.insight),
    ARRAY['Review marketing playbook insights'],
    p.insight,
    coalesce(p.source, 'ai_generated'),
    coalesce(p.createdat, now())
  FROM (
    SELECT x.*, md5(format('playbook %s %s', x, row_number() OVER (PARTITION BY x::text)))::uuid AS id
    FROM realtime_marketing_playbook x
  ) p
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_migrated = ROW_COUNT;
  RETURN QUERY VALUES ('playbook'::text, v_migrated, 0::bigint);
END
$$;
COMMENT ON FUNCTION migrate_intelligence_data() IS 'Brings insights, trends and the playbook over. Call migrate_user_data first.';
