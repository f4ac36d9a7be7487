-- seed-defects 1.4 #19: a call that turns up after its day was summed up and deleted is added to the sum
-- Two users.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, quota_consumed, created_at) VALUES
  ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 200, 10, 1, '2020-03-01 00:30:00+00'),
  ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 500, 20, 2, '2020-03-01 23:30:00+00');
SELECT aggregate_api_usage(), purge_api_usage();

INSERT INTO api_usage (user_id, endpoint, method, status_code, response_time_ms, quota_consumed, created_at)
VALUES ('a0000000-0000-4000-8000-000000000001', '/x', 'GET', 404, 60, 4, '2020-03-01 12:00:00+00');
SELECT aggregate_api_usage();
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(calls = 2 AND errors = 1 AND quota = 3 AND avg_ms = 15) FROM api_usage_daily), false) THEN
    RAISE EXCEPTION 'defect: a late call took the place of a day';
  END IF;
END
$$;
DO $$
BEGIN
  IF purge_api_usage() <> 1 THEN
    RAISE EXCEPTION 'defect: the late call stays';
  END IF;
  IF NOT coalesce((SELECT count(*) = 1 AND bool_and(calls = 3 AND errors = 2 AND quota = 7 AND avg_ms = 30) FROM api_usage_daily), false) THEN
    RAISE EXCEPTION 'defect: the sum is %', (SELECT d FROM api_usage_daily d);
  END IF;
  IF purge_api_usage() <> 0 OR (SELECT sum(calls) FROM api_usage_daily) <> 3 THEN
    RAISE EXCEPTION 'defect: run again, it comes to something else';
  END IF;
END
$$;
