-- seed-defects 1.0 #15: a login that made polls and changed rows can be deleted
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
UPDATE user_profiles_v2 SET created_by = user_id, last_modified_by = 'a0000000-0000-4000-8000-000000000001';
INSERT INTO feedback_v2 (title, description, assigned_to, resolved_by) VALUES ('F', 'F', 'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001');

DELETE FROM auth.users WHERE id = 'a0000000-0000-4000-8000-000000000001';
DO $$
BEGIN
  IF NOT coalesce((SELECT created_by IS NULL FROM polls_v2 WHERE id = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the poll went with its creator';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM user_profiles_v2), false) THEN
    RAISE EXCEPTION 'defect: the profile stayed or another one went';
  END IF;
END
$$;
