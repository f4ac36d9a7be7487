-- seed-defects 1.1 #24: an invitation is revoked for good, for a bounded time open, and changed by members only
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
SELECT create_invitation('a0000000-0000-4000-8000-00000000000a', 'guest@defect.example', 'onboarding');
DO $$
BEGIN
  PERFORM create_invitation('a0000000-0000-4000-8000-00000000000a', 'guest@defect.example', 'onboarding', p_valid_for => '1000 years');
  RAISE EXCEPTION 'defect: open for ever';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE assessment_invitations SET expires_at = now() + interval '91 days';
  RAISE EXCEPTION 'defect: longer than it may be open';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE assessment_invitations SET status = 'accepted';
  RAISE EXCEPTION 'defect: accepted without a token';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
UPDATE assessment_invitations SET expires_at = now() + interval '30 days', invitee_name = 'Guest';
UPDATE assessment_invitations SET status = 'revoked';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(id) = 1 FROM assessment_invitations WHERE status = 'revoked' AND invitee_name = 'Guest'), false) THEN
    RAISE EXCEPTION 'defect: not revoked by the inviter';
  END IF;
END
$$;
DO $$
BEGIN
  UPDATE assessment_invitations SET status = 'pending';
  RAISE EXCEPTION 'defect: revived';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
SELECT create_invitation('a0000000-0000-4000-8000-00000000000a', 'second@defect.example', 'onboarding');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
UPDATE organization_members SET status = 'inactive' WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
UPDATE assessment_invitations SET expires_at = now() + interval '40 days';
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM assessment_invitations WHERE expires_at > now() + interval '35 days'), false) THEN
    RAISE EXCEPTION 'defect: a former member changed it';
  END IF;
END
$$;
