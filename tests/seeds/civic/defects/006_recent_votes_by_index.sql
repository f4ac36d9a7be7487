-- seed-defects 1.0 #6: recent votes are found by an index that can be

-- on the seed:
CREATE INDEX idx_votes_v2_recent ON votes_v2 (created_at DESC) WHERE created_at > NOW() - INTERVAL '30 days';
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT x.indisvalid FROM pg_index x WHERE x.indexrelid = 'idx_votes_v2_created_at'::regclass), false) THEN
    RAISE EXCEPTION 'defect: there is no index on the time of votes';
  END IF;
END
$$;
