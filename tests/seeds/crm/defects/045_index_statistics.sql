-- seed-defects 1.2 #45: the use of indexes is read from columns that are there

-- on the seed:
SELECT
  schemaname,
  tablename,
  indexname,
  idx_scan,
  idx_tup_read,
  idx_tup_fetch
FROM pg_stat_user_indexes
WHERE schemaname = 'public'
ORDER BY idx_scan DESC;
-- on ours:
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT
    FROM pg_stat_user_indexes s
    WHERE s.schemaname = current_schema() AND s.relname = 'leads' AND s.indexrelname = 'idx_leads_search' AND s.idx_scan >= 0
  ) THEN
    RAISE EXCEPTION 'defect: the use of an index is not shown';
  END IF;
END
$$;
