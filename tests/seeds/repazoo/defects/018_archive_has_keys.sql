-- seed-defects 1.4 #18: what is archived goes with its user

DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 2
      FROM pg_constraint WHERE conrelid = 'analysis_results_archive'::regclass AND contype = 'f'), false) THEN
    RAISE EXCEPTION 'defect: the archive has no foreign keys';
  END IF;
END
$$;
