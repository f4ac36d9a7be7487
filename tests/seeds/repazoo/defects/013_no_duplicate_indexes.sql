-- seed-defects 1.4 #13: no index repeats another or the beginning of one

DO $$
BEGIN
  IF NOT coalesce((SELECT NOT EXISTS (
    SELECT
    FROM pg_index a
    JOIN pg_class c ON c.oid = a.indrelid AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
    WHERE NOT a.indisunique
      AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid)
      AND a.indclass[0] = b.indclass[0]
      AND b.indkey::text || ' ' LIKE a.indkey::text || ' %'
      AND (SELECT bool_and(a.indoption[k] = b.indoption[k]) FROM generate_series(0, a.indnkeyatts - 1) k)
  )), false) THEN
    RAISE EXCEPTION 'defect: an index is there twice';
  END IF;
END
$$;
