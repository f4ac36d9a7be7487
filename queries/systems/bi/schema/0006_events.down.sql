DROP FUNCTION take_snapshot(text, uuid, jsonb);
DROP FUNCTION append_event(text, uuid, text, jsonb, integer, uuid, uuid);
DROP TABLE snapshots;
DROP TABLE events;
DROP FUNCTION check_snapshot_version();
DROP FUNCTION check_event_version();
DROP FUNCTION keep_as_written();
