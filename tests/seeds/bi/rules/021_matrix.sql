-- seed-defects 1.1 #21: members see what is of their organization, users what is their own, viewers change nothing
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');
INSERT INTO users (id, email, first_name, last_name) VALUES ('c0000000-0000-4000-8000-000000000001', 'c@defect.example', 'Cyd', 'Cole');
INSERT INTO organization_members (organization_id, user_id, role) VALUES ('a0000000-0000-4000-8000-00000000000a',
  'c0000000-0000-4000-8000-000000000001', 'viewer');
INSERT INTO assessments (id, user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'team'), ('a0000000-0000-4000-8000-0000000000a2',
  'a0000000-0000-4000-8000-000000000001', NULL, 'own');
INSERT INTO assessment_scores (assessment_id, overall_score) VALUES ('a0000000-0000-4000-8000-0000000000a1', 4),
  ('a0000000-0000-4000-8000-0000000000a2', 3);

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM assessments), false) THEN
    RAISE EXCEPTION 'defect: not both of his';
  END IF;
END
$$;
INSERT INTO assessments (user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', 'third');
UPDATE assessments SET responses = '{"a": 1}' WHERE assessment_type = 'own';
INSERT INTO growth_levers (id, user_id, organization_id, levers) VALUES ('a0000000-0000-4000-8000-0000000000a3',
  'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', '{a}');
INSERT INTO growth_progress (user_id, lever_id, milestone) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-0000000000a3', 'start');
INSERT INTO team_messages (organization_id, sender_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a',
  'a0000000-0000-4000-8000-000000000001', 'hello');
DO $$
BEGIN
  IF NOT coalesce((SELECT organization_id = 'a0000000-0000-4000-8000-00000000000a' FROM growth_progress), false) THEN
    RAISE EXCEPTION 'defect: progress does not follow its lever';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT avg_assessment_score = 3.5 AND total_assessments = 3 FROM user_dashboard_summary WHERE user_id = auth.uid()),
    false) THEN
    RAISE EXCEPTION 'defect: his dashboard is wrong';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO assessments (user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001',
    'b0000000-0000-4000-8000-00000000000b', 'stray');
  RAISE EXCEPTION 'defect: filed under another tenant';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO assessments (user_id, assessment_type) VALUES ('b0000000-0000-4000-8000-000000000001', 'forged');
  RAISE EXCEPTION 'defect: filed under another name';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE assessments SET organization_id = NULL;
  RAISE EXCEPTION 'defect: taken out of the organization';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  DELETE FROM assessments;
  RAISE EXCEPTION 'defect: deleted';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM sso_config FROM organizations;
  RAISE EXCEPTION 'defect: the sign-on was read';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM operation FROM audit_log_default;
  RAISE EXCEPTION 'defect: a partition was read';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "c0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM assessments), false) THEN
    RAISE EXCEPTION 'defect: the viewer does not see the team';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM assessment_scores), false) THEN
    RAISE EXCEPTION 'defect: the viewer does not see the score of the team alone';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT member_count = 2 FROM organization_analytics WHERE organization_id = 'a0000000-0000-4000-8000-00000000000a'),
    false) THEN
    RAISE EXCEPTION 'defect: the viewer does not see the figures';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO assessments (user_id, organization_id, assessment_type) VALUES ('c0000000-0000-4000-8000-000000000001',
    'a0000000-0000-4000-8000-00000000000a', 'viewed');
  RAISE EXCEPTION 'defect: a viewer wrote';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM audit_log), false) THEN
    RAISE EXCEPTION 'defect: a viewer reads the trail';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
UPDATE organization_members SET status = 'inactive' WHERE user_id = 'c0000000-0000-4000-8000-000000000001';
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "c0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM assessments), false) THEN
    RAISE EXCEPTION 'defect: a former member still sees the team';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
