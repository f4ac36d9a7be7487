-- seed-defects 1.1 #15: an assessment has one score
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');
INSERT INTO assessments (id, user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'defect');
INSERT INTO assessment_scores (assessment_id, overall_score) VALUES ('a0000000-0000-4000-8000-0000000000a1', 4);

DO $$
BEGIN
  INSERT INTO assessment_scores (assessment_id, overall_score) VALUES ('a0000000-0000-4000-8000-0000000000a1', 3);
  RAISE EXCEPTION 'defect: a second score';
EXCEPTION WHEN unique_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO assessment_scores (assessment_id, overall_score) VALUES (NULL, 3);
  RAISE EXCEPTION 'defect: a score of nothing';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
