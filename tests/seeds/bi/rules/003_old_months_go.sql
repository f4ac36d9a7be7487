-- seed-defects 1.1 #3: retention drops whole months and nothing younger

SELECT make_month_partitions('audit_log', '2020-01-01', '2020-03-01');
DO $$
BEGIN
  IF NOT coalesce((SELECT drop_audit_partitions('2020-03-01') = 2), false) THEN
    RAISE EXCEPTION 'defect: not two months';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT to_regclass('audit_log_2020_02') IS NULL AND to_regclass('audit_log_2020_03') IS NOT NULL), false) THEN
    RAISE EXCEPTION 'defect: the wrong months';
  END IF;
END
$$;
