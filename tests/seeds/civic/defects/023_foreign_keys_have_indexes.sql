-- seed-defects 1.0 #23: every foreign key has an index

DO $$
BEGIN
  IF NOT coalesce((SELECT NOT EXISTS (
    SELECT
    FROM pg_constraint k
    WHERE k.contype = 'f'
      AND k.connamespace = to_regnamespace(quote_ident(current_schema()))
      AND NOT EXISTS (
        SELECT FROM pg_index x WHERE x.indrelid = k.conrelid AND x.indpred IS NULL AND (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
      )
  )), false) THEN
    RAISE EXCEPTION 'defect: a foreign key has no index';
  END IF;
END
$$;
