-- seed-defects 1.0 #21: the trail takes SOFT_DELETE and keys that are no uuid, and has indexes

INSERT INTO audit_logs (table_name, record_id, operation) VALUES ('polls_v2', '42', 'SOFT_DELETE');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) >= 3 FROM pg_index x WHERE x.indrelid = 'audit_logs'::regclass AND NOT x.indisprimary), false) THEN
    RAISE EXCEPTION 'defect: the trail has no index';
  END IF;
END
$$;
