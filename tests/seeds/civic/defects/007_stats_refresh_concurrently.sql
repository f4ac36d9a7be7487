-- seed-defects 1.0 #7: the statistics can be refreshed while they are read
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

SELECT refresh_poll_stats();
SELECT refresh_poll_stats();
