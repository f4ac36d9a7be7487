-- seed-defects 1.1 #11: signals go to 100, scores to 5, shares to 1, and nothing below zero

INSERT INTO engagement_intelligence (signal_score) VALUES (75.0), (100), (0);
DO $$
BEGIN
  INSERT INTO engagement_intelligence (signal_score) VALUES (-9);
  RAISE EXCEPTION 'defect: a signal of -9';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  INSERT INTO news_feed (title, relevance_score) VALUES ('defect', 9);
  RAISE EXCEPTION 'defect: a share of 9';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
