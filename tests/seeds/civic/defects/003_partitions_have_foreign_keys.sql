-- seed-defects 1.0 #3: a vote for a poll that does not exist is refused, in a partition as well
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

-- on the seed:
CREATE TABLE copied (LIKE votes_v2 INCLUDING ALL);
DO $$
BEGIN
  INSERT INTO copied (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE EXCEPTION 'defect: a vote for no poll was taken';
EXCEPTION WHEN foreign_key_violation THEN
  NULL;
END
$$;
-- on ours:
DO $$
BEGIN
  INSERT INTO votes_v2 (poll_id, user_id, selected_options) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE EXCEPTION 'defect: a vote for no poll was taken';
EXCEPTION WHEN foreign_key_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO votes_v2_default (poll_id, user_id, selected_options, created_at) VALUES ('d0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', '2001-01-01 00:00:00+00');
  RAISE EXCEPTION 'defect: a partition took a vote for no poll';
EXCEPTION WHEN foreign_key_violation THEN
  NULL;
END
$$;
