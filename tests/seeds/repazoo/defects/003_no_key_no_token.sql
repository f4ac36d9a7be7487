-- seed-defects 1.4 #3: without a key nothing is encrypted

-- on the seed:
SET LOCAL app.settings.encryption_key = '';
DO $$
BEGIN
  PERFORM encrypt_token('token');
  RAISE EXCEPTION 'defect: an empty key was accepted';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  NULL;
END
$$;
-- on ours:
DELETE FROM encryption_keys;
DO $$
BEGIN
  PERFORM encrypt_token('token');
  RAISE EXCEPTION 'defect: encrypted without a key';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  IF SQLERRM <> 'Encryption key not configured' THEN
    RAISE;
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) FILTER (WHERE status = 'FAIL' AND details = 'Encryption key not configured') = 3
      AND count(*) FILTER (WHERE status = 'PASS') = 1
      FROM verify_encryption_setup()), false) THEN
    RAISE EXCEPTION 'defect: the verification does not say that the key is missing';
  END IF;
END
$$;
