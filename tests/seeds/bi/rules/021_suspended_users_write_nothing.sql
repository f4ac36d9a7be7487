-- seed-defects 1.1 #21: a user who is suspended or gone reads what is his own and writes nothing
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');
INSERT INTO notifications (user_id, type, title, message) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect', 'defect', 'defect');

UPDATE users SET status = 'suspended' WHERE id = 'a0000000-0000-4000-8000-000000000001';
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM users), false) THEN
    RAISE EXCEPTION 'defect: does not see himself';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO assessments (user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: an assessment';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO growth_levers (user_id, levers) VALUES ('a0000000-0000-4000-8000-000000000001', '{a}');
  RAISE EXCEPTION 'defect: a lever';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO simulations (user_id, simulation_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a simulation';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO dashboard_widgets (user_id, widget_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a widget';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO analytics_events (user_id, event_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: an activity';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO email_subscriptions (user_id, email_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a subscription';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
UPDATE users SET title = 'defect' WHERE id = 'a0000000-0000-4000-8000-000000000001';
UPDATE notifications SET is_read = true;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT leave_organization('a0000000-0000-4000-8000-00000000000a')), false) THEN
    RAISE EXCEPTION 'defect: left';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM users WHERE title = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: changed himself';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM notifications WHERE is_read), false) THEN
    RAISE EXCEPTION 'defect: marked a notification';
  END IF;
END
$$;
UPDATE users SET status = 'inactive' WHERE id = 'a0000000-0000-4000-8000-000000000001';
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM users), false) THEN
    RAISE EXCEPTION 'defect: does not see himself';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO assessments (user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: an assessment';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO growth_levers (user_id, levers) VALUES ('a0000000-0000-4000-8000-000000000001', '{a}');
  RAISE EXCEPTION 'defect: a lever';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO simulations (user_id, simulation_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a simulation';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO dashboard_widgets (user_id, widget_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a widget';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO analytics_events (user_id, event_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: an activity';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO email_subscriptions (user_id, email_type) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect');
  RAISE EXCEPTION 'defect: a subscription';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
UPDATE users SET title = 'defect' WHERE id = 'a0000000-0000-4000-8000-000000000001';
UPDATE notifications SET is_read = true;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT leave_organization('a0000000-0000-4000-8000-00000000000a')), false) THEN
    RAISE EXCEPTION 'defect: left';
  END IF;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM users WHERE title = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: changed himself';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM notifications WHERE is_read), false) THEN
    RAISE EXCEPTION 'defect: marked a notification';
  END IF;
END
$$;
