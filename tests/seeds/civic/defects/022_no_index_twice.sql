-- seed-defects 1.0 #22: no index repeats another one or the beginning of one

DO $$
BEGIN
  IF NOT coalesce((SELECT NOT EXISTS (
    SELECT
    FROM pg_index a
    JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
    JOIN pg_class i ON i.oid = a.indexrelid
    JOIN pg_class j ON j.oid = b.indexrelid AND j.relam = i.relam
    JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
    WHERE i.relnamespace = to_regnamespace(quote_ident(current_schema()))
      AND NOT a.indisunique
      AND a.indpred IS NULL
      AND b.indpred IS NULL
      AND (b.indkey::int2[])[0:a.indnkeyatts - 1] = (a.indkey::int2[])[0:a.indnkeyatts - 1]
      AND (b.indoption::int2[])[0:a.indnkeyatts - 1] = (a.indoption::int2[])[0:a.indnkeyatts - 1]
  )), false) THEN
    RAISE EXCEPTION 'defect: an index is there twice';
  END IF;
END
$$;
