-- seed-defects 1.1 #3: the trail is not changed, deleted or emptied, only cleared of a user who is deleted
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
  UPDATE audit_log SET operation = 'DELETE';
  RAISE EXCEPTION 'defect: changed';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE audit_log SET user_id = 'a0000000-0000-4000-8000-000000000001';
  RAISE EXCEPTION 'defect: signed with another name';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  DELETE FROM audit_log;
  RAISE EXCEPTION 'defect: deleted';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  TRUNCATE audit_log;
  RAISE EXCEPTION 'defect: emptied';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  TRUNCATE audit_log_default;
  RAISE EXCEPTION 'defect: a partition emptied';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
INSERT INTO audit_log (table_name, operation, user_id) VALUES ('defect', 'INSERT', 'a0000000-0000-4000-8000-000000000001');
DELETE FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log WHERE table_name = 'defect' AND user_id IS NULL), false) THEN
    RAISE EXCEPTION 'defect: the user was not cleared';
  END IF;
END
$$;
