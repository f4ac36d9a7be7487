-- seed-defects 1.1 #24: a token is told once, opens its session until that ends, and only the hash is kept
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');

CREATE TEMP TABLE told AS SELECT * FROM start_session('a0000000-0000-4000-8000-000000000001', '198.51.100.7', 'Defect');
DO $$
BEGIN
  IF NOT coalesce((SELECT s.session_token <> t.token AND length(t.token) = 64 FROM told t JOIN user_sessions s ON s.id = t.session_id),
    false) THEN
    RAISE EXCEPTION 'defect: the token is kept';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT f.session_id = t.session_id FROM told t CROSS JOIN LATERAL find_session(t.token) f), false) THEN
    RAISE EXCEPTION 'defect: the token does not open';
  END IF;
END
$$;
SELECT end_session(session_id) FROM told;
DO $$
BEGIN
  IF NOT coalesce((SELECT f.session_id IS NULL FROM told t CROSS JOIN LATERAL find_session(t.token) f), false) THEN
    RAISE EXCEPTION 'defect: it opens after the end';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT is_active AND ended_at IS NOT NULL FROM user_sessions), false) THEN
    RAISE EXCEPTION 'defect: it has no end';
  END IF;
END
$$;
UPDATE user_sessions SET is_active = true;
DO $$
BEGIN
  IF NOT coalesce((SELECT ended_at IS NULL FROM user_sessions), false) THEN
    RAISE EXCEPTION 'defect: restored, but ended';
  END IF;
END
$$;
UPDATE user_sessions SET ended_at = now();
DO $$
BEGIN
  IF NOT coalesce((SELECT NOT is_active FROM user_sessions), false) THEN
    RAISE EXCEPTION 'defect: ended, but active';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((
    SELECT count(*) = 1
    FROM audit_log
    WHERE table_name = 'user_sessions' AND operation = 'INSERT' AND new_values ->> 'session_token' = '(hidden)'
  ), false) THEN
    RAISE EXCEPTION 'defect: the hash is in the trail';
  END IF;
END
$$;
