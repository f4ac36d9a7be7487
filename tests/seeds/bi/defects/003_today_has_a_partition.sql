-- seed-defects 1.1 #3: a row of today finds its month, one of next month too, and none is without a time

-- on the seed:
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY, table_name text NOT NULL, operation text NOT NULL, created_at timestamptz DEFAULT now(),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE audit_log_2024_01 PARTITION OF audit_log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
INSERT INTO audit_log (table_name, operation) VALUES ('defect', 'INSERT');
-- on ours:
INSERT INTO audit_log (table_name, operation) VALUES ('defect', 'INSERT');
INSERT INTO audit_log (table_name, operation, created_at) VALUES
  ('defect', 'INSERT', now() + interval '1 month'),
  ('defect', 'INSERT', '2001-02-03 04:05:06+00');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log_default WHERE table_name = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: rows lie in the default partition';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO audit_log (table_name, operation, created_at) VALUES ('defect', 'INSERT', NULL);
  RAISE EXCEPTION 'defect: a row without a time';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
