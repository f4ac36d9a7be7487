-- seed-defects 1.4 #11: the columns of pg_stat_user_indexes are relname and indexrelname

-- on the seed:
SELECT schemaname, tablename, indexname, idx_scan FROM pg_stat_user_indexes WHERE schemaname = current_schema() ORDER BY idx_scan DESC;
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) >= 22
      FROM (SELECT schemaname, relname, indexrelname, idx_scan FROM pg_stat_user_indexes WHERE schemaname = current_schema()) i), false) THEN
    RAISE EXCEPTION 'defect: there are no indexes';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) FILTER (WHERE total_size <> '') = count(*) AND count(*) >= 7 FROM get_table_statistics()), false) THEN
    RAISE EXCEPTION 'defect: the statistics are not those of this schema';
  END IF;
END
$$;
