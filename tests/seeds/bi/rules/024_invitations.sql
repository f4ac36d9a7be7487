-- seed-defects 1.1 #24: members invite for their own organization, and a token is accepted once
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
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
CREATE TEMP TABLE told AS SELECT * FROM create_invitation('a0000000-0000-4000-8000-00000000000a', 'guest@defect.example', 'onboarding');
DO $$
BEGIN
  PERFORM create_invitation('b0000000-0000-4000-8000-00000000000b', 'guest@defect.example', 'onboarding');
  RAISE EXCEPTION 'defect: invited for another tenant';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  PERFORM invitation_token FROM assessment_invitations;
  RAISE EXCEPTION 'defect: the token was read';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(id) = 1 AND bool_and(inviter_id = 'a0000000-0000-4000-8000-000000000001' AND status = 'pending')
    FROM assessment_invitations), false) THEN
    RAISE EXCEPTION 'defect: no invitation';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT accept_invitation(token) = invitation_id FROM told), false) THEN
    RAISE EXCEPTION 'defect: not accepted';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT accept_invitation(token) IS NULL FROM told), false) THEN
    RAISE EXCEPTION 'defect: accepted twice';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT accept_invitation('nonsense') IS NULL), false) THEN
    RAISE EXCEPTION 'defect: nonsense accepted';
  END IF;
END
$$;
