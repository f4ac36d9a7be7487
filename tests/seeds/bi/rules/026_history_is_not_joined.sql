-- seed-defects 1.1 #26: nobody gives a new assessment the id, and so the history, of a deleted one
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

INSERT INTO assessments (id, user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1', 'b0000000-0000-4000-8000-000000000001', 'defect');
DELETE FROM assessments WHERE id = 'a0000000-0000-4000-8000-0000000000a1';
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO assessments (id, user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1', 'a0000000-0000-4000-8000-000000000001',
    'defect');
  RAISE EXCEPTION 'defect: joined the history of a deleted assessment';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
INSERT INTO assessments (user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM events WHERE aggregate_id = 'a0000000-0000-4000-8000-0000000000a1'), false) THEN
    RAISE EXCEPTION 'defect: the history goes on';
  END IF;
END
$$;
