-- seed-defects 1.2 #36: due_today_tasks does not depend on the time zone of whoever refreshes
-- Two tenants, each with a user and a lead.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO user_orgs (user_id, org_id, role) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'member'),
  ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000b', 'owner');
INSERT INTO leads (id, org_id, name, email) VALUES
  ('a0000000-0000-4000-8000-0000000000aa', 'a0000000-0000-4000-8000-00000000000a', 'Lead A', 'leada@example.com'),
  ('b0000000-0000-4000-8000-0000000000bb', 'b0000000-0000-4000-8000-00000000000b', 'Lead B', 'leadb@example.com');

-- At every hour of the day another zone's day leaves one of them out.
INSERT INTO tasks (org_id, lead_id, title, due_date)
SELECT 'a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'due after ' || after,
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + after
FROM unnest('{00:30,12:00,23:30}'::interval[]) AS after;
SET LOCAL TimeZone = 'Etc/GMT-14';
REFRESH MATERIALIZED VIEW task_stats;
CREATE TEMP TABLE east ON COMMIT DROP AS SELECT due_today_tasks FROM task_stats WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
SET LOCAL TimeZone = 'Etc/GMT+12';
REFRESH MATERIALIZED VIEW task_stats;
CREATE TEMP TABLE west ON COMMIT DROP AS SELECT due_today_tasks FROM task_stats WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
DO $$
BEGIN
  IF NOT coalesce((SELECT east.due_today_tasks = 3 AND west.due_today_tasks = 3 FROM east, west), false) THEN
    RAISE EXCEPTION 'defect: the day moves with the session';
  END IF;
END
$$;
