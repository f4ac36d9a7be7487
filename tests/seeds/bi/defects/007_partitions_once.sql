-- seed-defects 1.1 #7: making partitions again makes none

-- on the seed:
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY, table_name text NOT NULL, operation text NOT NULL, created_at timestamptz DEFAULT now(),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE audit_log_2024_01 PARTITION OF audit_log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE audit_log_2024_01 PARTITION OF audit_log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
-- on ours:
SELECT ensure_audit_partitions(), ensure_analytics_partitions();
DO $$
BEGIN
  IF NOT coalesce((SELECT ensure_audit_partitions() = 0 AND ensure_analytics_partitions() = 0), false) THEN
    RAISE EXCEPTION 'defect: made twice';
  END IF;
END
$$;
