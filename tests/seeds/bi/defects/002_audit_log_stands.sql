-- seed-defects 1.1 #2: the key of the trail contains the column it is partitioned by

-- on the seed:
CREATE TABLE audit_log (
    id BIGSERIAL PRIMARY KEY,
    table_name TEXT NOT NULL,
    operation TEXT NOT NULL,
    user_id UUID REFERENCES users(id),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
) PARTITION BY RANGE (created_at);
-- on ours:
INSERT INTO audit_log (table_name, operation) VALUES ('defect', 'INSERT');
DO $$
BEGIN
  IF NOT coalesce((SELECT partstrat = 'r' FROM pg_partitioned_table WHERE partrelid = 'audit_log'::regclass), false) THEN
    RAISE EXCEPTION 'defect: the trail is not partitioned';
  END IF;
END
$$;
