-- seed-defects 1.4 #14: one index answers for the latest results of a user

SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
DO $$
DECLARE
  v_line text;
BEGIN
  FOR v_line IN EXPLAIN SELECT * FROM analysis_results WHERE user_id = 'a0000000-0000-4000-8000-000000000001' ORDER BY created_at DESC LIMIT 20 LOOP
    IF v_line ~ 'Sort|Filter' THEN
      RAISE EXCEPTION 'defect: it has to sort or to pass over the rows of others: %', v_line;
    END IF;
  END LOOP;
END
$$;
