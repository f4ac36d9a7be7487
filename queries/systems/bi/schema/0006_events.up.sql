-- The event store. In the seed two events could be the same version, a version could be -5, and events could be changed and deleted
-- (seed-defects 1.1 #18). Here versions of an aggregate count up from 1 without a gap, and what is written stays.
-- events is not partitioned: there is no ALTER TABLE … PARTITION BY (#6), and a key over aggregate and version cannot be
-- unique across partitions by created_at.

CREATE TABLE events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  aggregate_id uuid NOT NULL,
  aggregate_type text NOT NULL,
  event_type text NOT NULL,
  event_data jsonb NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  -- Whoever acted may since have left the organization, so both are keys of their own.
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT events_aggregate_version UNIQUE (aggregate_type, aggregate_id, version)
);
CREATE INDEX idx_events_aggregate ON events (aggregate_id);
CREATE INDEX idx_events_type ON events (event_type);
CREATE INDEX idx_events_user ON events (user_id);
-- The list of one tenant, in order.
CREATE INDEX idx_events_org ON events (organization_id, created_at DESC, id DESC);
CREATE INDEX idx_events_created ON events (created_at DESC, id DESC);
CREATE INDEX idx_events_data_gin ON events USING gin (event_data);

CREATE TABLE snapshots (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  aggregate_id uuid NOT NULL,
  aggregate_type text NOT NULL,
  state jsonb NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (aggregate_id, aggregate_type, version)
);
CREATE INDEX idx_snapshots_version ON snapshots (version);

-- Rows of a table with this trigger stay as they were written. The arguments are columns that may be cleared, which is what happens
-- when the user or the organization they name is deleted.
CREATE FUNCTION keep_as_written() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_new jsonb;
  v_cleared jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    v_new := to_jsonb(NEW);
    SELECT coalesce(jsonb_object_agg(c.name, NULL::text), '{}') INTO v_cleared
    FROM unnest(TG_ARGV) c (name)
    WHERE v_new -> c.name = 'null';
    IF v_new = to_jsonb(OLD) || v_cleared THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% keeps what was written: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION check_event_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_last integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(format('%s %s %s', TG_RELID, NEW.aggregate_type, NEW.aggregate_id), 0));
  SELECT max(e.version) INTO v_last FROM events e WHERE e.aggregate_type = NEW.aggregate_type AND e.aggregate_id = NEW.aggregate_id;
  IF NEW.version IS DISTINCT FROM coalesce(v_last, 0) + 1 THEN
    RAISE EXCEPTION 'the next version of % % is %, not %', NEW.aggregate_type, NEW.aggregate_id, coalesce(v_last, 0) + 1, NEW.version
      USING ERRCODE = 'serialization_failure', HINT = 'append_event() takes the next version by itself.';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION check_snapshot_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM events e
    WHERE e.aggregate_type = NEW.aggregate_type AND e.aggregate_id = NEW.aggregate_id AND e.version = NEW.version
  ) THEN
    RAISE EXCEPTION '% % has no version % to take a snapshot of', NEW.aggregate_type, NEW.aggregate_id, NEW.version
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER events_version BEFORE INSERT ON events
FOR EACH ROW EXECUTE FUNCTION check_event_version();
CREATE TRIGGER events_kept BEFORE UPDATE OR DELETE ON events
FOR EACH ROW EXECUTE FUNCTION keep_as_written('user_id', 'organization_id');
CREATE TRIGGER events_kept_from_truncate BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER snapshots_version BEFORE INSERT ON snapshots
FOR EACH ROW EXECUTE FUNCTION check_snapshot_version();
CREATE TRIGGER snapshots_kept BEFORE UPDATE OR DELETE ON snapshots
FOR EACH ROW EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER snapshots_kept_from_truncate BEFORE TRUNCATE ON snapshots
FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();

CREATE FUNCTION append_event(
  p_aggregate_type text,
  p_aggregate_id uuid,
  p_event_type text,
  p_event_data jsonb DEFAULT '{}',
  p_expected_version integer DEFAULT NULL,
  p_organization_id uuid DEFAULT NULL,
  p_user_id uuid DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_last integer;
BEGIN
  -- The same lock as the trigger's: who comes second waits and reads the version of the first.
  PERFORM pg_advisory_xact_lock(hashtextextended(format('%s %s %s', 'events'::regclass::oid, p_aggregate_type, p_aggregate_id), 0));
  SELECT coalesce(max(e.version), 0) INTO v_last
  FROM events e
  WHERE e.aggregate_type = p_aggregate_type AND e.aggregate_id = p_aggregate_id;
  IF p_expected_version <> v_last THEN
    RAISE EXCEPTION '% % is at version %, not %', p_aggregate_type, p_aggregate_id, v_last, p_expected_version
      USING ERRCODE = 'serialization_failure', HINT = 'Read it again, decide again, append again.';
  END IF;
  INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version, user_id, organization_id)
  VALUES (p_aggregate_type, p_aggregate_id, p_event_type, p_event_data, v_last + 1, coalesce(p_user_id, actor_id()), p_organization_id);
  RETURN v_last + 1;
END
$$;
COMMENT ON FUNCTION append_event(text, uuid, text, jsonb, integer, uuid, uuid) IS 'Appends the next event of an aggregate and returns its version. With an expected version it refuses to append to any other.';

-- Without a state, the state is the last snapshot with the data of the events since laid over it, in order.
CREATE FUNCTION take_snapshot(p_aggregate_type text, p_aggregate_id uuid, p_state jsonb DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_version integer;
  v_state jsonb := p_state;
  v_from integer := 0;
  v_event record;
BEGIN
  SELECT max(e.version) INTO v_version
  FROM events e
  WHERE e.aggregate_type = p_aggregate_type AND e.aggregate_id = p_aggregate_id;
  IF v_version IS NULL THEN
    RAISE EXCEPTION '% % has no events', p_aggregate_type, p_aggregate_id USING ERRCODE = 'no_data_found';
  END IF;
  IF v_state IS NULL THEN
    SELECT s.state, s.version INTO v_state, v_from
    FROM snapshots s
    WHERE s.aggregate_type = p_aggregate_type AND s.aggregate_id = p_aggregate_id AND s.version <= v_version
    ORDER BY s.version DESC
    LIMIT 1;
    v_state := coalesce(v_state, '{}');
    FOR v_event IN
      SELECT e.event_data
      FROM events e
      WHERE e.aggregate_type = p_aggregate_type AND e.aggregate_id = p_aggregate_id
        AND e.version > coalesce(v_from, 0) AND e.version <= v_version
      ORDER BY e.version
    LOOP
      v_state := v_state || v_event.event_data;
    END LOOP;
  END IF;
  INSERT INTO snapshots (aggregate_type, aggregate_id, state, version)
  VALUES (p_aggregate_type, p_aggregate_id, v_state, v_version)
  ON CONFLICT (aggregate_id, aggregate_type, version) DO NOTHING;
  RETURN v_version;
END
$$;
COMMENT ON FUNCTION take_snapshot(text, uuid, jsonb) IS 'Keeps the state of an aggregate at its last version and returns that version.';
