-- seed-defects 1.1 #21: nobody becomes a member without agreeing, and an admin learns nothing of whom he invites until then
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
DO $$
BEGIN
  INSERT INTO organization_members (organization_id, user_id, role) VALUES ('b0000000-0000-4000-8000-00000000000b',
    'a0000000-0000-4000-8000-000000000001', 'member');
  RAISE EXCEPTION 'defect: made a member without being asked';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
SELECT invite_member('b0000000-0000-4000-8000-00000000000b', 'a0000000-0000-4000-8000-000000000001', 'member');
SELECT invite_member('b0000000-0000-4000-8000-00000000000b', '99999999-0000-4000-8000-000000000009', 'member');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the address of somebody who was only invited';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM organization_members WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: seen who of the invited is a user';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM audit_log WHERE table_name = 'organization_members' AND new_values ->> 'user_id' = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the trail tells who is a user';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO team_messages (organization_id, sender_id, recipient_id, content) VALUES ('b0000000-0000-4000-8000-00000000000b',
    'b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a message reaches somebody who was only invited';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
UPDATE organization_members SET status = 'active' WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
DO $$
DECLARE
  v_count bigint;
BEGIN
  UPDATE organization_members SET department = 'defect';
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> 1 THEN
    RAISE EXCEPTION 'defect: the count tells who is a user';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM organizations WHERE id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: in before he agreed';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT status = 'invited' FROM organization_members WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: does not see that he is invited';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT join_organization('b0000000-0000-4000-8000-00000000000b')), false) THEN
    RAISE EXCEPTION 'defect: cannot join';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM organizations WHERE id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: not in';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: does not see the new colleague';
  END IF;
END
$$;
DO $$
BEGIN
  PERFORM leave_organization('b0000000-0000-4000-8000-00000000000b');
  RAISE EXCEPTION 'defect: the last owner left';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT leave_organization('b0000000-0000-4000-8000-00000000000b')), false) THEN
    RAISE EXCEPTION 'defect: cannot leave';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT leave_organization('b0000000-0000-4000-8000-00000000000b')), false) THEN
    RAISE EXCEPTION 'defect: left twice';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT join_organization('b0000000-0000-4000-8000-00000000000b')), false) THEN
    RAISE EXCEPTION 'defect: back uninvited';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM users WHERE id = 'b0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: sees a former colleague';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: sees who has left';
  END IF;
END
$$;
DO $$
BEGIN
  UPDATE organization_members SET status = 'active' WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
  RAISE EXCEPTION 'defect: took back who has left';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
SELECT invite_member('b0000000-0000-4000-8000-00000000000b', 'a0000000-0000-4000-8000-000000000001', 'viewer');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  PERFORM invite_member('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001');
  RAISE EXCEPTION 'defect: invited by somebody who is no member';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM invite_member('a0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-000000000001');
  RAISE EXCEPTION 'defect: invited by a member who is no admin';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT join_organization('b0000000-0000-4000-8000-00000000000b')), false) THEN
    RAISE EXCEPTION 'defect: cannot come back';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
