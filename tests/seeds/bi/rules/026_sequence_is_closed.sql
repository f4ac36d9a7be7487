-- seed-defects 1.1 #26: no role of the application moves the numbers of the trail, whatever the default privileges of the database are

DO $$
BEGIN
  IF has_sequence_privilege('anon', 'audit_log_id_seq', 'USAGE, UPDATE, SELECT')
    OR has_sequence_privilege('authenticated', 'audit_log_id_seq', 'USAGE, UPDATE, SELECT')
    OR has_sequence_privilege('service_role', 'audit_log_id_seq', 'USAGE, UPDATE, SELECT') THEN
    RAISE EXCEPTION 'defect: the sequence is open';
  END IF;
END
$$;
DO $$
BEGIN
  -- Without a list of its own it would have been left to the default privileges.
  IF (SELECT relacl IS NULL FROM pg_class WHERE oid = 'audit_log_id_seq'::regclass) THEN
    RAISE EXCEPTION 'defect: nobody said whose the sequence is';
  END IF;
END
$$;
SET LOCAL ROLE service_role;
INSERT INTO audit_log (table_name, operation) VALUES ('defect', 'INSERT');
RESET ROLE;
