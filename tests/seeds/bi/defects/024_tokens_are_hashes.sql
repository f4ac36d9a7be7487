-- seed-defects 1.1 #24: a token is not kept as it is
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');

DO $$
BEGIN
  INSERT INTO user_sessions (user_id, session_token) VALUES ('a0000000-0000-4000-8000-000000000001', 'plain');
  RAISE EXCEPTION 'defect: a plain session token';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO assessment_invitations (invitee_email, assessment_type, invitation_token, expires_at) VALUES ('c@defect.example', 'defect',
    'plain', now());
  RAISE EXCEPTION 'defect: a plain invitation token';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
