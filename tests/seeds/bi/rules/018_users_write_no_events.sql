-- seed-defects 1.1 #18: users append nothing and read what is theirs
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
  'a0000000-0000-4000-8000-000000000001'), append_event('defect', 'e0000000-0000-4000-8000-000000000002', 'made', '{}', 0,
  'b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM append_event('defect', 'e0000000-0000-4000-8000-000000000001', 'forged');
  RAISE EXCEPTION 'defect: appended';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect',
    'e0000000-0000-4000-8000-000000000001', 'forged', '{}', 2);
  RAISE EXCEPTION 'defect: inserted';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM events WHERE aggregate_type = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: not exactly his';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
