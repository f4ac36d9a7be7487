-- Making months keeps voters out, so it waits two seconds for its locks at the most.
DO $$
BEGIN
  ASSERT (SELECT 'lock_timeout=2s' = ANY (p.proconfig) FROM pg_proc p WHERE p.oid = 'ensure_vote_partitions(int)'::regprocedure);
  PERFORM ensure_vote_partitions(6);
  ASSERT (
    SELECT count(DISTINCT l.mode) = 2
    FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND (l.relation, l.mode) IN (
      ('votes_v2_default'::regclass, 'AccessExclusiveLock'), ('polls_v2'::regclass, 'ShareRowExclusiveLock')
    )
  );
END
$$;
