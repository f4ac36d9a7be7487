-- seed-defects 1.1 #26: what the tables mask is not in the trail either
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

UPDATE users SET phone = '+1 555 SECRET' WHERE id = 'a0000000-0000-4000-8000-000000000001';
INSERT INTO assessment_invitations (organization_id, inviter_id, invitee_email, assessment_type, invitation_token, expires_at)
VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'SECRET@defect.example', 'defect',
  token_hash('defect'), now() + interval '1 day');
INSERT INTO user_sessions (user_id, session_token, ip_address) VALUES ('a0000000-0000-4000-8000-000000000001', token_hash('session'), '192.0.2.77');
DELETE FROM user_sessions WHERE user_id = 'a0000000-0000-4000-8000-000000000001';
DELETE FROM users WHERE id = 'a0000000-0000-4000-8000-000000000001';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM audit_log WHERE concat(old_values, new_values) LIKE ANY (ARRAY['%SECRET%', '%192.0.2.77%'])), false) THEN
    RAISE EXCEPTION 'defect: the trail shows what is masked';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log WHERE table_name = 'users' AND new_values = '{"phone": "(hidden)"}'), false) THEN
    RAISE EXCEPTION 'defect: nobody knows that it changed';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT without_secrets('{"content": "SECRET", "title": "a"}') = '{"content": "(hidden)", "title": "a"}'), false) THEN
    RAISE EXCEPTION 'defect: the text of a message';
  END IF;
END
$$;
