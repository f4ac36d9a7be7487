-- audit_log and analytics_events, a partition a month. A partitioned table is made as one, and its key contains created_at
-- (seed-defects 1.1 #2, #6); the seed's single partition of January 2024 took no row of today (#3).

-- organization_id: a tenant reads its own trail. It has no foreign key: the trail outlives the organization.
-- context: what the console and the triggers know beyond the seed's columns: operation, actor, role, reason, text.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY,
  table_name text NOT NULL,
  operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'RESTORE', 'REMOVE')),
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  organization_id uuid,
  record_id uuid,
  old_values jsonb,
  new_values jsonb,
  ip_address inet,
  user_agent text,
  session_id uuid,
  context jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_audit_log_table ON audit_log (table_name);
CREATE INDEX idx_audit_log_operation ON audit_log (operation);
CREATE INDEX idx_audit_log_user ON audit_log (user_id);
CREATE INDEX idx_audit_log_record ON audit_log (record_id, created_at DESC);
CREATE INDEX idx_audit_log_org ON audit_log (organization_id, created_at DESC);
CREATE INDEX idx_audit_log_created ON audit_log (created_at DESC, id DESC);
-- By which the console finds what became of an operation.
CREATE INDEX idx_audit_log_console ON audit_log ((context ->> 'operation')) WHERE (context ->> 'operation') IS NOT NULL;
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;

CREATE TABLE analytics_events (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  event_type text NOT NULL,
  event_data jsonb NOT NULL DEFAULT '{}',
  session_id uuid,
  source text NOT NULL DEFAULT 'web',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_analytics_events_user ON analytics_events (user_id, created_at DESC);
CREATE INDEX idx_analytics_events_user_type_created ON analytics_events (user_id, event_type, created_at DESC);
CREATE INDEX idx_analytics_events_org ON analytics_events (organization_id, created_at DESC);
CREATE INDEX idx_analytics_events_type ON analytics_events (event_type);
CREATE INDEX idx_analytics_events_created ON analytics_events (created_at DESC);
CREATE INDEX idx_analytics_events_session ON analytics_events (session_id);
CREATE TABLE analytics_events_default PARTITION OF analytics_events DEFAULT;

-- user_id is cleared when the user is deleted; nothing else ever changes. Old months go as whole partitions.
CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION keep_as_written('user_id');
CREATE TRIGGER audit_log_kept_from_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();

-- A partition can be named in a statement of its own: it has no policies, so nobody is let in, and the trail's are kept
-- from TRUNCATE one by one, because statement triggers of the parent do not fire there.
CREATE FUNCTION guard_partition(p_table text, p_partition text) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, anon, authenticated, service_role', p_partition);
  IF p_table = 'audit_log' THEN
    EXECUTE format(
      'CREATE TRIGGER audit_log_kept_from_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written()', p_partition
    );
  END IF;
END
$$;

-- Makes what is missing between two months, without a gap to the partitions there are. A month is made beside its parent and then
-- attached: that locks the default partition, not the table, so rows are written meanwhile. The timeout keeps everybody from queueing
-- behind a wait for it. Rows that came too late for their partition lie in the default one and would forbid making it: then the default
-- is taken off, and they are written again. Meanwhile the parent is locked against everybody, so make months before they begin. Nothing
-- is deleted on the way, which the trail would refuse. What is more than ten years old stays in the default.
CREATE FUNCTION make_month_partitions(p_table text, p_from date, p_until date) RETURNS integer
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
SET lock_timeout = '2s'
AS $$
DECLARE
  v_parent regclass := quote_ident(p_table)::regclass;
  v_default text := p_table || '_default';
  v_late text := p_table || '_late';
  v_from date := date_trunc('month', p_from);
  v_until date := date_trunc('month', p_until);
  v_oldest timestamptz;
  v_has_late boolean := false;
  v_columns text;
  v_month date;
  v_name text;
  v_made integer := 0;
BEGIN
  IF p_table NOT IN ('audit_log', 'analytics_events') THEN
    RAISE EXCEPTION '% has no months', p_table USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', p_table);
  EXECUTE format('SELECT min(created_at) FROM %I WHERE created_at >= $1', v_default)
  INTO v_oldest USING (v_until - interval '10 years')::timestamptz;
  SELECT
    least(v_from, date_trunc('month', v_oldest), min(b.lower)),
    greatest(v_until, (max(b.upper) - interval '1 month')::date)
  INTO v_from, v_until
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL (
    SELECT
      (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'))[1]::timestamptz AS lower,
      (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz AS upper
  ) b
  WHERE i.inhparent = v_parent;

  IF v_oldest < v_until + interval '1 month' THEN
    v_has_late := true;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, v_default);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', v_default, v_late);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', v_default, p_table);
    PERFORM guard_partition(p_table, v_default);
  END IF;
  FOR v_month IN SELECT m.m::date FROM generate_series(v_from::timestamptz, v_until::timestamptz, interval '1 month') m (m) LOOP
    v_name := p_table || to_char(v_month, '_YYYY_MM');
    CONTINUE WHEN to_regclass(quote_ident(v_name)) IS NOT NULL;
    -- The numbers come from the parent.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING IDENTITY)', v_name, p_table);
    PERFORM guard_partition(p_table, v_name);
    EXECUTE format(
      'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      p_table, v_name, v_month::timestamptz, (v_month + interval '1 month')::timestamptz
    );
    v_made := v_made + 1;
  END LOOP;
  IF v_has_late THEN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO v_columns
    FROM pg_attribute a
    WHERE a.attrelid = v_parent AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %I', p_table, v_columns, v_late);
    EXECUTE format('DROP TABLE %I', v_late);
  END IF;
  RETURN v_made;
END
$$;

CREATE FUNCTION ensure_audit_partitions(months_ahead integer DEFAULT 4) RETURNS integer
LANGUAGE sql
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $$
  SELECT make_month_partitions(
    'audit_log', (now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC' + make_interval(months => months_ahead))::date
  )
$$;
COMMENT ON FUNCTION ensure_audit_partitions(integer) IS 'Makes the missing months of the trail and returns how many. Call it every month.';

CREATE FUNCTION ensure_analytics_partitions(months_ahead integer DEFAULT 4) RETURNS integer
LANGUAGE sql
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $$
  SELECT make_month_partitions(
    'analytics_events', (now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC' + make_interval(months => months_ahead))::date
  )
$$;
COMMENT ON FUNCTION ensure_analytics_partitions(integer) IS 'Makes the missing months of analytics_events and returns how many. Call it every month.';

-- Retention, for the owner: the only way anything leaves the trail.
CREATE FUNCTION drop_audit_partitions(p_before date) RETURNS integer
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
SET lock_timeout = '2s'
AS $$
DECLARE
  v_name text;
  v_dropped integer := 0;
BEGIN
  FOR v_name IN
    SELECT c.relname
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit_log'::regclass
      AND (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz <= p_before::timestamptz
    ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE %I', v_name);
    v_dropped := v_dropped + 1;
  END LOOP;
  RETURN v_dropped;
END
$$;
COMMENT ON FUNCTION drop_audit_partitions(date) IS 'Drops the months of the trail that ended before a day and returns how many.';

SELECT guard_partition('audit_log', 'audit_log_default'), guard_partition('analytics_events', 'analytics_events_default');
SELECT ensure_audit_partitions(), ensure_analytics_partitions();
