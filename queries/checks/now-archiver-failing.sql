/*---
title    = "WAL archiving fails"
severity = "error"
category = "operations"
about    = "state"
why      = "As long as archiving fails there is no way back to a moment after the last archived file, and the log piles up on this disk."
now      = true
---*/
SELECT
  'archiver' AS object,
  pg_catalog.format(
    '%s could not be archived at %s; last success %s, %s failures since %s',
    a.last_failed_wal,
    pg_catalog.date_trunc('second', a.last_failed_time),
    COALESCE(pg_catalog.date_trunc('second', a.last_archived_time)::text, 'never'),
    a.failed_count,
    pg_catalog.date_trunc('second', a.stats_reset)
  ) AS detail,
  'Read the server''s log: it has what archive_command, or the archive_library, said' AS fix,
  a.failed_count AS weight
FROM pg_catalog.pg_stat_archiver AS a
WHERE pg_catalog.current_setting('archive_mode') <> 'off'
  AND a.last_failed_time > COALESCE(a.last_archived_time, '-infinity'::timestamptz)
