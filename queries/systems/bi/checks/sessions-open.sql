/*---
title    = "Sessions that ended and still open doors"
severity = "error"
category = "security"
about    = "data"
why      = "find_session lets in whoever holds the token of an active session. One with an end is meant to let in nobody."
whole    = ["user_sessions"]
---*/
SELECT
  current_schema() || '.user_sessions' AS object,
  format(
    '%s ended and active, the latest is %s, ended %s',
    CASE count(*) WHEN 1 THEN '1 session is' ELSE count(*) || ' sessions are' END,
    (array_agg(s.id ORDER BY s.ended_at DESC, s.id))[1],
    max(s.ended_at)
  ) AS detail,
  format('SELECT %I.end_session(id) FROM %1$I.user_sessions WHERE is_active AND ended_at IS NOT NULL', current_schema()) AS fix,
  count(*) AS weight
FROM user_sessions s
WHERE s.is_active AND s.ended_at IS NOT NULL
HAVING count(*) > 0
/*--- plant
-- finds: bi.user_sessions
INSERT INTO users (id, email, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@bi.example', 'Plant', 'Plant');
INSERT INTO user_sessions (user_id, session_token) VALUES ('00000000-0000-4000-8000-000000000001', repeat('a', 64));
ALTER TABLE user_sessions DISABLE TRIGGER user_sessions_end;
INSERT INTO user_sessions (user_id, session_token, ended_at) VALUES ('00000000-0000-4000-8000-000000000001', repeat('b', 64), now());
---*/
