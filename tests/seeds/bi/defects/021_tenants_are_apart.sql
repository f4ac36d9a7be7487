-- seed-defects 1.1 #21: a user sees nothing of another tenant
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');
INSERT INTO assessments (user_id, organization_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-00000000000a', 'defect'), ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000b',
  'defect'), ('b0000000-0000-4000-8000-000000000001', NULL, 'defect');
INSERT INTO growth_levers (user_id, organization_id, levers) VALUES ('b0000000-0000-4000-8000-000000000001',
  'b0000000-0000-4000-8000-00000000000b', '{a}');
INSERT INTO notifications (user_id, organization_id, type, title, message) VALUES ('b0000000-0000-4000-8000-000000000001',
  'b0000000-0000-4000-8000-00000000000b', 'defect', 'defect', 'defect');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM assessments WHERE assessment_type = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: not exactly his assessment';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM growth_levers), false) THEN
    RAISE EXCEPTION 'defect: levers of another tenant';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM notifications), false) THEN
    RAISE EXCEPTION 'defect: notifications of somebody else';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM organizations WHERE id = 'b0000000-0000-4000-8000-00000000000b'), false) THEN
    RAISE EXCEPTION 'defect: another tenant';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM user_dashboard_summary WHERE user_id = 'b0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the dashboard of somebody else';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM organization_analytics WHERE organization_id = 'b0000000-0000-4000-8000-00000000000b'),
    false) THEN
    RAISE EXCEPTION 'defect: figures of another tenant';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM tier2_users_compat WHERE u_id = 'b0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: an old view of somebody else';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
