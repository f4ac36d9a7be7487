-- seed-defects 1.0 #1: votes are partitioned by month, and the primary key can be

-- on the seed:
CREATE TABLE votes_v2_partitioned (LIKE votes_v2 INCLUDING ALL) PARTITION BY RANGE (created_at);
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT p.partstrat = 'r' AND pg_get_partkeydef(p.partrelid) = 'RANGE (created_at)' FROM pg_partitioned_table p WHERE p.partrelid = 'votes_v2'::regclass), false) THEN
    RAISE EXCEPTION 'defect: votes are not partitioned by their time';
  END IF;
END
$$;
