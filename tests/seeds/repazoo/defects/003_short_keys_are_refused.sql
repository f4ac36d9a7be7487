-- seed-defects 1.4 #3: a key of fewer than 32 bytes is no key

-- on the seed:
SET LOCAL app.settings.encryption_key = 'short';
DO $$
BEGIN
  PERFORM encrypt_token('token');
  RAISE EXCEPTION 'defect: a key of 5 bytes was accepted';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  NULL;
END
$$;
-- on ours:
DO $$
BEGIN
  UPDATE encryption_keys SET key = '\x736f7274';
  RAISE EXCEPTION 'defect: a key of 4 bytes was accepted';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
