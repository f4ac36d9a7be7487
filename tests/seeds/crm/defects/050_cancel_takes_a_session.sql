-- seed-defects 1.2 #50: a statement is cancelled by the process that runs it

-- on the seed:
SELECT pg_cancel_backend(pid);
-- on ours:
PREPARE defect_cancel (integer) AS
SELECT pg_cancel_backend(a.pid)
FROM pg_stat_activity a
WHERE a.pid = $1 AND a.pid <> pg_backend_pid();
EXECUTE defect_cancel (0);
DEALLOCATE defect_cancel;
