-- seed-defects 1.1 #18: a version of a record is there once, and counts up from one
INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect', 'e0000000-0000-4000-8000-000000000001',
  'made', '{}', 1);

DO $$
BEGIN
  INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect',
    'e0000000-0000-4000-8000-000000000001', 'again', '{}', 1);
  RAISE EXCEPTION 'defect: the same version twice';
EXCEPTION WHEN serialization_failure OR unique_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect',
    'e0000000-0000-4000-8000-000000000001', 'below', '{}', -5);
  RAISE EXCEPTION 'defect: version -5';
EXCEPTION WHEN serialization_failure OR check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES ('defect',
    'e0000000-0000-4000-8000-000000000001', 'ahead', '{}', 3);
  RAISE EXCEPTION 'defect: a gap';
EXCEPTION WHEN serialization_failure THEN
  NULL;
END
$$;
