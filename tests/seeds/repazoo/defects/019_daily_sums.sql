-- seed-defects 1.4 #19: days older than thirty days are summed up, by the day in UTC
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, quota_consumed, created_at) VALUES
  ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 10, 1, '2020-03-01 00:30:00+00'),
    ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 500, 20, 2, '2020-03-01 23:30:00+00'),
  ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 10, 1, now());
SET LOCAL TimeZone = 'Pacific/Kiritimati';

-- on the seed:
SELECT sum(calls) FROM api_usage_daily;
-- on ours:
SELECT aggregate_api_usage();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 AND bool_and(day = '2020-03-01' AND calls = 2 AND errors = 1 AND quota = 3 AND avg_ms = 15)
      FROM api_usage_daily), false) THEN
    RAISE EXCEPTION 'defect: the sums are wrong';
  END IF;
END
$$;
SELECT purge_api_usage();
DO $$
BEGIN
  IF NOT coalesce((SELECT (SELECT count(*) FROM api_usage) = 1 AND (SELECT sum(calls) FROM api_usage_daily) = 2), false) THEN
    RAISE EXCEPTION 'defect: detail older than ninety days stays, or took its sum along';
  END IF;
END
$$;
