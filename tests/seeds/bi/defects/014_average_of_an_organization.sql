-- seed-defects 1.1 #14: an average counts each score once, whatever else its user has
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');
INSERT INTO organization_members (organization_id, user_id, role) VALUES ('a0000000-0000-4000-8000-00000000000a',
  'b0000000-0000-4000-8000-000000000001', 'member');
INSERT INTO assessments (id, user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'defect'), ('a0000000-0000-4000-8000-0000000000a2',
  'b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'defect');
INSERT INTO assessment_scores (assessment_id, overall_score) VALUES ('a0000000-0000-4000-8000-0000000000a1', 4),
  ('a0000000-0000-4000-8000-0000000000a2', 2);
INSERT INTO growth_levers (user_id, organization_id, levers) SELECT 'a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', '{a}' FROM generate_series(1, 9);

DO $$
BEGIN
  IF NOT coalesce((SELECT avg_assessment_score = 3 FROM organization_analytics
    WHERE organization_id = 'a0000000-0000-4000-8000-00000000000a'), false) THEN
    RAISE EXCEPTION 'defect: the average is weighed by levers';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT total_assessments = 0 AND avg_assessment_score IS NULL AND total_growth_levers = 0 AND member_count = 1
    FROM organization_analytics
    WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'
  ), false) THEN
    RAISE EXCEPTION 'defect: what a member did elsewhere is counted here';
  END IF;
END
$$;
