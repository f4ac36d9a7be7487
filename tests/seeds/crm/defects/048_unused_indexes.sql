-- seed-defects 1.2 #48: an index that keeps a promise is not listed as unused
CREATE TABLE defect_codes (code text PRIMARY KEY, label text UNIQUE, place text);
CREATE INDEX defect_codes_place ON defect_codes (place);

-- on the seed:
DO $$
DECLARE
  v_wrong text;
BEGIN
  -- The document's query with the columns the view has (#45).
  SELECT string_agg(q.indexrelname, ', ' ORDER BY q.indexrelname) INTO v_wrong
  FROM (
    SELECT
      schemaname,
      relname,
      indexrelname
    FROM pg_stat_user_indexes
    WHERE schemaname = current_schema() AND idx_scan = 0
    ORDER BY relname, indexrelname
  ) q
  WHERE q.relname = 'defect_codes' AND q.indexrelname <> 'defect_codes_place';
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'defect: unused, it says, and to be dropped: %', v_wrong;
  END IF;
END
$$;
-- on ours:
DO $$
DECLARE
  v_unused text;
BEGIN
  SELECT string_agg(i.relname, ', ') INTO v_unused
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  WHERE x.indrelid = 'defect_codes'::regclass
    AND pg_stat_get_numscans(x.indexrelid) = 0
    AND NOT (x.indisunique OR x.indisexclusion OR x.indisreplident OR x.indisclustered)
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid);
  IF v_unused IS DISTINCT FROM 'defect_codes_place' THEN
    RAISE EXCEPTION 'defect: unused are %', v_unused;
  END IF;
END
$$;
