-- seed-defects 1.4 #1: a stored token is version, IV, ciphertext and HMAC: 65 bytes for one character

DO $$
BEGIN
  IF NOT coalesce((SELECT octet_length(e.t) = 65 AND get_byte(e.t, 0) = 1 AND decrypt_token(e.t) = 'x'
      FROM (SELECT encrypt_token('x') AS t OFFSET 0) e), false) THEN
    RAISE EXCEPTION 'defect: no authenticated AES-256-CBC';
  END IF;
END
$$;
