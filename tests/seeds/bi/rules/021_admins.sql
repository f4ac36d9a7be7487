-- seed-defects 1.1 #21: owners and admins change members, an admin makes nobody an owner, and they read the trail of their own
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
UPDATE organizations SET name = 'Tenant B, renamed' WHERE id = 'b0000000-0000-4000-8000-00000000000b';
SELECT invite_member('b0000000-0000-4000-8000-00000000000b', 'a0000000-0000-4000-8000-000000000001', 'admin');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SELECT join_organization('b0000000-0000-4000-8000-00000000000b');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) > 0 AND bool_and(organization_id = 'b0000000-0000-4000-8000-00000000000b') FROM audit_log), false) THEN
    RAISE EXCEPTION 'defect: not exactly their trail';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 1
    FROM audit_log
    WHERE table_name = 'organizations' AND operation = 'UPDATE' AND user_id = 'b0000000-0000-4000-8000-000000000001'
      AND new_values ->> 'name' = 'Tenant B, renamed'
  ), false) THEN
    RAISE EXCEPTION 'defect: the change is not in it';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  UPDATE organization_members SET role = 'owner' WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'
    AND user_id = 'a0000000-0000-4000-8000-000000000001';
  RAISE EXCEPTION 'defect: an admin made himself an owner';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM invite_member('b0000000-0000-4000-8000-00000000000b', 'a0000000-0000-4000-8000-000000000001', 'owner');
  RAISE EXCEPTION 'defect: an admin invited an owner';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
UPDATE organization_members SET status = 'inactive' WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'
  AND user_id = 'b0000000-0000-4000-8000-000000000001';
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT status = 'active' FROM organization_members WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'
    AND user_id = 'b0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: an admin threw out the owner';
  END IF;
END
$$;
