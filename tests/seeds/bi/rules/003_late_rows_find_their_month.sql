-- seed-defects 1.1 #3: rows in the default partition move to their month when it is made, and nothing is lost

INSERT INTO audit_log (table_name, operation, created_at) VALUES
  ('defect', 'INSERT', date_trunc('month', now()) - interval '70 days'),
  ('defect', 'INSERT', '1999-01-01 00:00:00+00');
SELECT ensure_audit_partitions();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM audit_log WHERE table_name = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: a row was lost';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log_default WHERE table_name = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: the row of two months ago did not move';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 0
    FROM (
      SELECT c.relname, lag(c.relname) OVER (ORDER BY c.relname) AS before
      FROM pg_class c
      WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relispartition AND c.relkind = 'r'
        AND c.relname ~ '^audit_log_[0-9_]{7}$'
    ) p
    WHERE to_date(right(p.relname, 7), 'YYYY_MM') <> to_date(right(p.before, 7), 'YYYY_MM') + interval '1 month'
  ), false) THEN
    RAISE EXCEPTION 'defect: there is a gap';
  END IF;
END
$$;
DO $$
BEGIN
  TRUNCATE audit_log_default;
  RAISE EXCEPTION 'defect: the new default can be emptied';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
