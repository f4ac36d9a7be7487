-- seed-defects 1.1 #18: an event is not changed, deleted or emptied
INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect', 'e0000000-0000-4000-8000-000000000001',
  'made', '{}', 1);

DO $$
BEGIN
  UPDATE events SET event_type = 'other' WHERE aggregate_type = 'defect';
  RAISE EXCEPTION 'defect: changed';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  DELETE FROM events WHERE aggregate_type = 'defect';
  RAISE EXCEPTION 'defect: deleted';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  TRUNCATE events;
  RAISE EXCEPTION 'defect: emptied';
EXCEPTION WHEN restrict_violation THEN
  NULL;
END
$$;
