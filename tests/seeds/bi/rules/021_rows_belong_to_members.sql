-- seed-defects 1.1 #21: a row of an organization belongs to somebody who is or was a member
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

DO $$
BEGIN
  INSERT INTO assessments (user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001',
    'b0000000-0000-4000-8000-00000000000b', 'defect');
  RAISE EXCEPTION 'defect: an assessment of a stranger';
EXCEPTION WHEN foreign_key_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO team_messages (organization_id, sender_id, recipient_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a',
    'a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a message to a stranger';
EXCEPTION WHEN foreign_key_violation THEN
  NULL;
END
$$;
UPDATE organization_members SET status = 'inactive' WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
INSERT INTO notifications (user_id, organization_id, type, title, message) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', 'defect', 'defect', 'defect');
