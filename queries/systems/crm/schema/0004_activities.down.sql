DROP FUNCTION log_integration(uuid, text, text);
DROP FUNCTION log_meeting(uuid, text, timestamptz, boolean);
DROP FUNCTION log_call(uuid, text, integer);
DROP FUNCTION log_activity(uuid, text, text, uuid, uuid, text, jsonb);
DROP FUNCTION write_activity(uuid, text, text, uuid, uuid, text, jsonb);
DROP FUNCTION actor_note();
DROP FUNCTION actor_id();
DROP TABLE activities;
DROP FUNCTION touch_leads();
