/*---
title    = "Replication slots that keep WAL"
severity = "warning"
category = "operations"
about    = "state"
why      = "A slot keeps the log its reader has not fetched. Without a reader the disk fills up, and dead rows may not be cleaned away either."
now      = true
[params]
max_bytes = 10737418240
inactive_seconds = 300
---*/
-- A slot copied from a primary is inactive by design until the standby is promoted.
SELECT
  pg_catalog.quote_ident(s.slot_name) AS object,
  pg_catalog.concat_ws(
    ', ',
    s.slot_type || ' slot' || COALESCE(' of ' || s.database, ''),
    CASE WHEN NOT s.active THEN 'inactive since ' || pg_catalog.date_trunc('second', s.inactive_since) END,
    'invalidated: ' || s.invalidation_reason,
    'retains ' || pg_catalog.pg_size_pretty(r.bytes),
    CASE WHEN COALESCE(s.xmin, s.catalog_xmin) IS NOT NULL THEN 'holds back vacuum' END
  ) AS detail,
  CASE
    WHEN NOT s.active THEN pg_catalog.format('SELECT pg_catalog.pg_drop_replication_slot(%L)', s.slot_name) || ' -- once nobody needs it'
    ELSE 'Look why its reader is slow; max_slot_wal_keep_size puts a limit to it'
  END AS fix,
  COALESCE(r.bytes, 0) AS weight
FROM pg_catalog.pg_replication_slots AS s
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_wal_lsn_diff(
    CASE
      WHEN pg_catalog.pg_is_in_recovery() THEN COALESCE(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
      ELSE pg_catalog.pg_current_wal_lsn()
    END,
    s.restart_lsn
  ) AS bytes
) AS r
WHERE NOT s.temporary
  AND NOT s.synced
  AND (
    s.invalidation_reason IS NOT NULL
    OR r.bytes >= p.max_bytes
    OR (NOT s.active AND s.inactive_since < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => p.inactive_seconds::float8))
  )
