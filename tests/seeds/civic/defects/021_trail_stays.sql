-- seed-defects 1.0 #21: nobody changes, thins out or empties the trail
INSERT INTO audit_logs (table_name, record_id, operation) VALUES
  ('polls_v2', 'd0000000-0000-4000-8000-000000000001', 'DELETE');

DO $$
BEGIN
  UPDATE audit_logs SET operation = 'INSERT';
  RAISE EXCEPTION 'defect: an entry was changed';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  DELETE FROM audit_logs;
  RAISE EXCEPTION 'defect: an entry was deleted';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  TRUNCATE audit_logs;
  RAISE EXCEPTION 'defect: the trail was emptied';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
