-- seed-defects 1.1 #18: an event stays when its user and organization are deleted
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

SELECT append_event('defect', 'e0000000-0000-4000-8000-000000000001', 'made', '{}', 0, 'a0000000-0000-4000-8000-00000000000a',
  'a0000000-0000-4000-8000-000000000001');
DELETE FROM organizations WHERE id = 'a0000000-0000-4000-8000-00000000000a';
DELETE FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001';
DO $$
BEGIN
  IF NOT coalesce((SELECT user_id IS NULL AND organization_id IS NULL AND event_type = 'made' FROM events WHERE aggregate_type = 'defect'),
    false) THEN
    RAISE EXCEPTION 'defect: the event is gone';
  END IF;
END
$$;
