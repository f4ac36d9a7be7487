-- seed-defects 1.1 #13: the dashboard of a busy user reads each of the rows once
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');
INSERT INTO assessments (user_id, assessment_type) SELECT 'a0000000-0000-4000-8000-000000000001', 'defect' FROM generate_series(1, 10);
INSERT INTO growth_levers (user_id, levers) SELECT 'a0000000-0000-4000-8000-000000000001', '{a}' FROM generate_series(1, 10);
INSERT INTO simulations (user_id, simulation_type, input_data) SELECT 'a0000000-0000-4000-8000-000000000001', 'defect', '{}'
  FROM generate_series(1, 10);
INSERT INTO analytics_events (user_id, event_type) SELECT 'a0000000-0000-4000-8000-000000000001', 'defect' FROM generate_series(1, 50);

DO $$
DECLARE
  v_plan jsonb;
  v_rows numeric;
BEGIN
  EXECUTE format('EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) SELECT * FROM user_dashboard_summary WHERE user_id = %L',
    'a0000000-0000-4000-8000-000000000001') INTO v_plan;
  SELECT max(r::text::numeric) INTO v_rows FROM jsonb_path_query(v_plan, '$.**."Actual Rows"') r;
  IF v_rows > 1000 THEN
    RAISE EXCEPTION 'defect: % rows for 80', v_rows;
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT total_assessments = 10 AND total_growth_levers = 10 AND total_simulations = 10 AND last_activity_date IS NOT NULL
    FROM user_dashboard_summary
    WHERE user_id = 'a0000000-0000-4000-8000-000000000001'
  ), false) THEN
    RAISE EXCEPTION 'defect: the dashboard is wrong';
  END IF;
END
$$;
