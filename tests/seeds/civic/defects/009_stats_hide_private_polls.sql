-- seed-defects 1.0 #9: anon learns nothing of a private poll from the statistics
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
UPDATE polls_v2 SET privacy_level = 'private';
REFRESH MATERIALIZED VIEW poll_stats;

SET LOCAL ROLE anon;
DO $$
BEGIN
  IF EXISTS (SELECT FROM poll_stats) THEN
    RAISE EXCEPTION 'defect: anon reads the statistics of a private poll';
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
