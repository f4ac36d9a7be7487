DROP FUNCTION end_session(uuid);
DROP FUNCTION find_session(text);
DROP FUNCTION start_session(uuid, inet, text, jsonb);
DROP TABLE user_sessions;
DROP TABLE dashboard_widgets;
DROP FUNCTION stamp_session_end();
