-- seed-defects 1.1 #21: somebody without a login reads and writes nothing
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

SET LOCAL ROLE anon;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF EXISTS (SELECT FROM users) THEN
    RAISE EXCEPTION 'defect: anon reads users';
  END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_table THEN
  NULL;
END
$$;
DO $$
BEGIN
  DELETE FROM organizations;
  IF FOUND THEN
    RAISE EXCEPTION 'defect: anon deletes';
  END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_table THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
