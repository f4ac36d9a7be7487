-- seed-defects 1.1 #19: statuses and roles are from their lists, and a subscription is somebody's
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');

DO $$
BEGIN
  UPDATE users SET status = 'bananas' WHERE email = 'a@defect.example';
  RAISE EXCEPTION 'defect: status bananas';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE users SET role = 'superadmin' WHERE email = 'a@defect.example';
  RAISE EXCEPTION 'defect: role superadmin';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO subscriptions (user_id) VALUES (NULL);
  RAISE EXCEPTION 'defect: a subscription of nobody';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO growth_progress (user_id, milestone, progress_percentage) VALUES ('a0000000-0000-4000-8000-000000000001', 'defect', 101);
  RAISE EXCEPTION 'defect: 101 percent';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
