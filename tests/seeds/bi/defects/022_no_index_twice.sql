-- seed-defects 1.1 #22: no index is another one, or the beginning of another one

DO $$
DECLARE
  v_twice text;
BEGIN
  SELECT string_agg(format('%s %s', a.indexrelid::regclass, b.indexrelid::regclass), ', ') INTO v_twice
  FROM pg_index a
  JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
  JOIN pg_class c ON c.oid = a.indrelid AND c.relnamespace = to_regnamespace(current_schema())
  JOIN pg_class x ON x.oid = a.indexrelid
  JOIN pg_class y ON y.oid = b.indexrelid AND y.relam = x.relam
  WHERE NOT a.indisunique
    AND a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL AND b.indexprs IS NULL
    AND array_to_string(b.indkey::int2[], ' ') || ' ' LIKE array_to_string(a.indkey::int2[], ' ') || ' %'
    AND array_to_string(b.indoption::int2[], ' ') || ' ' LIKE array_to_string(a.indoption::int2[], ' ') || ' %';
  IF v_twice IS NOT NULL THEN
    RAISE EXCEPTION 'defect: %', v_twice;
  END IF;
END
$$;
