-- seed-defects 1.1 #8: each GIN index is defined once

-- on the seed:
CREATE INDEX idx_assessments_responses_gin
ON assessments USING GIN (responses);
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2 FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN ('assessments',
    'market_insights') AND indexdef LIKE '% USING gin %'), false) THEN
    RAISE EXCEPTION 'defect: not one index each';
  END IF;
END
$$;
