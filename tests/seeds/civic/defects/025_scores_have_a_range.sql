-- seed-defects 1.0 #25: scores stay in their range

DO $$
BEGIN
  INSERT INTO feedback_v2 (title, description, sentiment_score) VALUES ('F', 'F', -9.99);
  RAISE EXCEPTION 'defect: sentiment_score is -9.99';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO feedback_v2 (title, description, urgency_score) VALUES ('F', 'F', -0.01);
  RAISE EXCEPTION 'defect: urgency_score is -0.01';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO feedback_v2 (title, description, complexity_score) VALUES ('F', 'F', 1.01);
  RAISE EXCEPTION 'defect: complexity_score is 1.01';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
