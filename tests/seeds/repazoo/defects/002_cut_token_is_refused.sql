-- seed-defects 1.4 #2: a token with its end cut off is refused, not opened as another one

DO $$
DECLARE
  v_sealed bytea := encrypt_token(repeat('x', 16) || repeat(chr(16), 16));
BEGIN
  PERFORM decrypt_token(substring(v_sealed FROM 1 FOR octet_length(v_sealed) - 16));
  RAISE EXCEPTION 'defect: a part of a token was opened';
EXCEPTION WHEN data_corrupted THEN
  NULL;
END
$$;
