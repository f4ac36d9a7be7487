-- seed-defects 1.0 #2: a user votes once in a poll, not once a month
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

-- on the seed:
CREATE TABLE repaired (LIKE votes_v2 INCLUDING DEFAULTS, PRIMARY KEY (id, created_at), UNIQUE (poll_id, user_id, created_at))
PARTITION BY RANGE (created_at);
CREATE TABLE repaired_rest PARTITION OF repaired DEFAULT;
INSERT INTO repaired (poll_id, user_id, selected_options, created_at) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', now()),
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["no"]', now() - interval '65 days');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM repaired), false) THEN
    RAISE EXCEPTION 'defect: a user voted in two months';
  END IF;
END
$$;
-- on ours:
INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at)
  VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["no"]', now() - interval '65 days');
  RAISE EXCEPTION 'defect: a user voted in two months';
EXCEPTION WHEN unique_violation THEN
  NULL;
END
$$;
