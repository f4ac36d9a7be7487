-- seed-defects 1.0 #11: a change moves updated_at
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
INSERT INTO feedback_v2 (title, description) VALUES ('F', 'F');

UPDATE user_profiles_v2 SET updated_at = '2001-01-01 00:00:00+00', bio = 'x';
UPDATE user_profiles_v2 SET bio = 'x';
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(updated_at > '2025-01-01') FROM user_profiles_v2), false) THEN
    RAISE EXCEPTION 'defect: updated_at of user_profiles_v2 stands still';
  END IF;
END
$$;
UPDATE polls_v2 SET updated_at = '2001-01-01 00:00:00+00', description = 'x';
UPDATE polls_v2 SET description = 'x';
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(updated_at > '2025-01-01') FROM polls_v2), false) THEN
    RAISE EXCEPTION 'defect: updated_at of polls_v2 stands still';
  END IF;
END
$$;
UPDATE feedback_v2 SET updated_at = '2001-01-01 00:00:00+00', category = 'x';
UPDATE feedback_v2 SET category = 'x';
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(updated_at > '2025-01-01') FROM feedback_v2), false) THEN
    RAISE EXCEPTION 'defect: updated_at of feedback_v2 stands still';
  END IF;
END
$$;
