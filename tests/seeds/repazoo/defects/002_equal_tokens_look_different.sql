-- seed-defects 1.4 #2: the same token gives other bytes every time

DO $$
BEGIN
  IF NOT coalesce((SELECT encrypt_token('token') <> encrypt_token('token')), false) THEN
    RAISE EXCEPTION 'defect: equal tokens are stored equal';
  END IF;
END
$$;
