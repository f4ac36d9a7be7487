-- seed-defects 1.1 #18: append_event counts by itself and refuses an expectation that is no longer true

DO $$
BEGIN
  IF NOT coalesce((SELECT append_event('defect', 'e0000000-0000-4000-8000-000000000001', 'made') = 1), false) THEN
    RAISE EXCEPTION 'defect: not 1';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT append_event('defect', 'e0000000-0000-4000-8000-000000000001', 'changed', '{"a": 1}', 1) = 2), false) THEN
    RAISE EXCEPTION 'defect: not 2';
  END IF;
END
$$;
DO $$
BEGIN
  PERFORM append_event('defect', 'e0000000-0000-4000-8000-000000000001', 'changed', '{}', 1);
  RAISE EXCEPTION 'defect: appended to a version that had passed';
EXCEPTION WHEN serialization_failure THEN
  NULL;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT take_snapshot('defect', 'e0000000-0000-4000-8000-000000000001') = 2), false) THEN
    RAISE EXCEPTION 'defect: no snapshot';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT state = '{"a": 1}' FROM snapshots WHERE aggregate_type = 'defect'), false) THEN
    RAISE EXCEPTION 'defect: the state is wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT take_snapshot('defect', 'e0000000-0000-4000-8000-000000000001') = 2), false) THEN
    RAISE EXCEPTION 'defect: a snapshot twice';
  END IF;
END
$$;
DO $$
BEGIN
  INSERT INTO snapshots (aggregate_type, aggregate_id, state, version) VALUES ('defect', 'e0000000-0000-4000-8000-000000000001', '{}', 3);
  RAISE EXCEPTION 'defect: a snapshot ahead of its events';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE snapshots SET state = '{}';
  RAISE EXCEPTION 'defect: a snapshot changed';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
