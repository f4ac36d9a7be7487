/*---
title    = "Replication slots that keep WAL"
severity = "warning"
category = "operations"
about    = "state"
why      = "A slot keeps the log its reader has not fetched. Without a reader the disk fills up, and dead rows may not be cleaned away either."
now      = true
[params]
max_bytes = 10737418240
---*/
SELECT
  pg_catalog.quote_ident(s.slot_name) AS object,
  pg_catalog.concat_ws(
    ', ',
    s.slot_type || ' slot' || COALESCE(' of ' || s.database, ''),
    CASE WHEN NOT s.active THEN 'inactive' END,
    CASE WHEN s.wal_status = 'lost' THEN 'what it needs is gone' END,
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
  AND (
    s.wal_status = 'lost'
    OR r.bytes >= p.max_bytes
    OR NOT s.active
  )
