-- seed-defects 1.0 #4: the partition of a month can be made

-- on the seed:
CREATE TABLE votes_v2_2025_01 PARTITION OF votes_v2_partitioned FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT to_regclass('votes_v2_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')) IS NOT NULL AND create_vote_partition('2025-01-15')), false) THEN
    RAISE EXCEPTION 'defect: there is no partition for this month';
  END IF;
END
$$;
