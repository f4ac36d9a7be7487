-- seed-defects 1.2 #51: the structure of a table is asked for in SQL

-- on the seed:
DO $$
BEGIN
  EXECUTE E'\\d+ attachments';
END
$$;
-- on ours:
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT
    FROM pg_attribute a
    WHERE a.attrelid = 'attachments'::regclass AND a.attname = 'file_size' AND format_type(a.atttypid, a.atttypmod) = 'bigint'
  ) THEN
    RAISE EXCEPTION 'defect: the column is not found';
  END IF;
END
$$;
