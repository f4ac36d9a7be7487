-- seed-defects 1.2 #46: the size of an index is found whatever its name and schema
CREATE SCHEMA "Defect Schema";
CREATE TABLE "Defect Schema"."MixedCase" (id integer PRIMARY KEY);

-- on the seed:
SELECT
  schemaname,
  tablename,
  indexname,
  pg_size_pretty(pg_relation_size(indexname::regclass)) as index_size
FROM pg_indexes
WHERE schemaname = 'Defect Schema'
ORDER BY tablename, indexname;
-- on ours:
DO $$
DECLARE
  v_size bigint;
BEGIN
  SELECT pg_relation_size(i.indexrelid) INTO v_size
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'Defect Schema' AND c.relname = 'MixedCase_pkey';
  IF v_size IS NULL THEN
    RAISE EXCEPTION 'defect: the index is not found';
  END IF;
END
$$;
