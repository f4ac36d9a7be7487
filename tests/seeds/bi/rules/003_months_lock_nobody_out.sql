-- seed-defects 1.1 #3: making months locks nobody out of the table, and waits for nobody long

SELECT ensure_audit_partitions(9), ensure_analytics_partitions(9);
DO $$
BEGIN
  IF EXISTS (
    SELECT
    FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
      AND l.relation IN ('audit_log'::regclass, 'analytics_events'::regclass)
  ) THEN
    RAISE EXCEPTION 'defect: the whole table is locked';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 3 AND bool_and('lock_timeout=2s' = ANY (p.proconfig))
    FROM pg_proc p
    WHERE p.pronamespace = to_regnamespace(current_schema())
      AND p.proname IN ('make_month_partitions', 'ensure_audit_partitions', 'ensure_analytics_partitions')
  ), false) THEN
    RAISE EXCEPTION 'defect: no timeout';
  END IF;
END
$$;
-- What is made beside its parent is as if it had been made within.
INSERT INTO audit_log (table_name, operation, created_at) VALUES ('defect', 'INSERT', now() + interval '8 months');
DO $$
BEGIN
  UPDATE audit_log SET table_name = 'changed' WHERE table_name = 'defect';
  RAISE EXCEPTION 'defect: the trail was changed';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 1 AND bool_and(id IS NOT NULL AND tableoid <> 'audit_log_default'::regclass)
    FROM audit_log
    WHERE table_name = 'defect'
  ), false) THEN
    RAISE EXCEPTION 'defect: not in its month';
  END IF;
END
$$;
DO $$
BEGIN
  IF EXISTS (
    SELECT
    FROM pg_index i
    WHERE i.indrelid IN ('audit_log'::regclass, 'analytics_events'::regclass) AND NOT i.indisvalid
  ) OR EXISTS (
    SELECT
    FROM pg_inherits h
    WHERE h.inhparent IN ('audit_log'::regclass, 'analytics_events'::regclass)
      AND (SELECT count(*) FROM pg_index i WHERE i.indrelid = h.inhrelid)
      <> (SELECT count(*) FROM pg_index i WHERE i.indrelid = h.inhparent)
  ) THEN
    RAISE EXCEPTION 'defect: indexes differ';
  END IF;
END
$$;
