-- seed-defects 1.1 #20: a user and an organization can be deleted, and people keep their work
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');
INSERT INTO assessments (id, user_id, organization_id, assessment_type) VALUES
  ('a0000000-0000-4000-8000-0000000000a1', 'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'defect'),
  ('b0000000-0000-4000-8000-0000000000b1', 'b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000b', 'defect');
INSERT INTO assessment_invitations (inviter_id, organization_id, invitee_email, assessment_type, invitation_token, expires_at)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'c@defect.example', 'defect', repeat('a', 64),
  now());
INSERT INTO team_messages (organization_id, sender_id, recipient_id, content) VALUES ('a0000000-0000-4000-8000-00000000000a',
  'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'defect');
INSERT INTO growth_levers (id, user_id, organization_id, levers) VALUES ('a0000000-0000-4000-8000-0000000000a2',
  'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', '{a}');
INSERT INTO growth_progress (user_id, organization_id, lever_id, milestone) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000a2', 'defect');
INSERT INTO analytics_events (user_id, organization_id, event_type) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', 'defect');

DELETE FROM organizations WHERE id = 'a0000000-0000-4000-8000-00000000000a';
DO $$
BEGIN
  IF NOT coalesce((SELECT user_id = 'a0000000-0000-4000-8000-000000000001' AND organization_id IS NULL FROM assessments
    WHERE id = 'a0000000-0000-4000-8000-0000000000a1'), false) THEN
    RAISE EXCEPTION 'defect: the assessment went with the organization';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM assessment_invitations WHERE invitee_email = 'c@defect.example'), false) THEN
    RAISE EXCEPTION 'defect: its invitations are left';
  END IF;
END
$$;
DELETE FROM users WHERE id IN ('a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM assessments WHERE assessment_type = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: assessments of nobody are left';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) > 0 AND bool_and(user_id IS NULL) FROM analytics_events WHERE event_type = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: activity is not kept without its user';
  END IF;
END
$$;
