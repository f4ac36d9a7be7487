-- seed-defects 1.0 #19: a creator sees, changes and returns the own private poll
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
INSERT INTO polls_v2 (title, options, created_by, start_time, end_time, privacy_level)
VALUES ('Mine', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now(), now() + interval '1 day', 'private')
RETURNING id;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM (SELECT id FROM polls_v2 WHERE title = 'Mine') p), false) THEN
    RAISE EXCEPTION 'defect: the creator does not see the own private poll';
  END IF;
END
$$;
UPDATE polls_v2 SET title = 'Changed';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM (SELECT id FROM polls_v2 WHERE title = 'Changed') p), false) THEN
    RAISE EXCEPTION 'defect: the creator cannot change the own poll';
  END IF;
END
$$;
DELETE FROM polls_v2;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM (SELECT id FROM polls_v2) p), false) THEN
    RAISE EXCEPTION 'defect: the creator cannot delete the own draft';
  END IF;
END
$$;
