-- seed-defects 1.0 #24: a user and a poll have one row of figures each
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

INSERT INTO user_analytics (user_id) VALUES ('a0000000-0000-4000-8000-000000000001');
DO $$
BEGIN
  INSERT INTO user_analytics (user_id) VALUES ('a0000000-0000-4000-8000-000000000001');
  RAISE EXCEPTION 'defect: a user has two rows of figures';
EXCEPTION WHEN unique_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO poll_analytics (poll_id) VALUES ('d0000000-0000-4000-8000-000000000001'), ('d0000000-0000-4000-8000-000000000001');
  RAISE EXCEPTION 'defect: a poll has two rows of figures';
EXCEPTION WHEN unique_violation THEN
  NULL;
END
$$;
