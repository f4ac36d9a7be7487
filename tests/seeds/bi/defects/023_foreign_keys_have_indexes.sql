-- seed-defects 1.1 #23: every foreign key has an index that begins with its columns

DO $$
DECLARE
  v_bare text;
BEGIN
  SELECT string_agg(format('%s.%s', k.conrelid::regclass, k.conname), ', ') INTO v_bare
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = to_regnamespace(current_schema())
  WHERE k.contype = 'f' AND NOT EXISTS (
    SELECT
    FROM pg_index i
    WHERE i.indrelid = k.conrelid
      AND i.indpred IS NULL
      AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
      AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey
  );
  IF v_bare IS NOT NULL THEN
    RAISE EXCEPTION 'defect: %', v_bare;
  END IF;
END
$$;
