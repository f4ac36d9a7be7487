/*---
title    = "Damaged pages"
severity = "error"
category = "operations"
about    = "state"
why      = "A page whose checksum does not match was changed on its way to the disk or on it. Queries that read it fail; backups may carry it on."
now      = true
---*/
SELECT
  COALESCE(pg_catalog.quote_ident(d.datname), 'shared catalogues') AS object,
  pg_catalog.format('%s checksum failures, the last at %s', d.checksum_failures, pg_catalog.date_trunc('second', d.checksum_last_failure)) AS detail,
  'Find the file in the server''s log, check the disk, and compare with a backup before anything else is written' AS fix,
  d.checksum_failures AS weight
FROM pg_catalog.pg_stat_database AS d
WHERE d.checksum_failures > 0
