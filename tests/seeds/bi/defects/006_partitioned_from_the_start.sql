-- seed-defects 1.1 #6: two tables are partitioned by month, and events keep a unique version

-- on the seed:
ALTER TABLE analytics_events PARTITION BY RANGE (created_at);
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM pg_partitioned_table WHERE partrelid IN ('audit_log'::regclass, 'analytics_events'::regclass)),
    false) THEN
    RAISE EXCEPTION 'defect: not partitioned';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT relkind = 'r' FROM pg_class WHERE oid = 'events'::regclass), false) THEN
    RAISE EXCEPTION 'defect: events are partitioned';
  END IF;
END
$$;
