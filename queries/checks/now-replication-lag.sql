/*---
title    = "Standbys that fall behind"
severity = "warning"
category = "operations"
about    = "state"
why      = "Whoever reads from a standby sees the past, and a failover loses what it has not got."
now      = true
needs    = { role = "pg_monitor" }
[params]
max_bytes = 1073741824
max_seconds = 300
---*/
-- replay_lag is measured while there is traffic; on a quiet server it is NULL. What only streams WAL away never replays.
SELECT
  pg_catalog.concat_ws(' ', 'standby', NULLIF(r.application_name, ''), pg_catalog.host(r.client_addr)) AS object,
  pg_catalog.concat_ws(', ', r.state, pg_catalog.pg_size_pretty(b.bytes) || ' behind', pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8) || ' late') AS detail,
  'Look at the network, at the disk of the standby, and at queries there that hold up replay' AS fix,
  b.bytes AS weight
FROM pg_catalog.pg_stat_replication AS r
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_wal_lsn_diff(
    CASE
      WHEN pg_catalog.pg_is_in_recovery() THEN COALESCE(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
      ELSE pg_catalog.pg_current_wal_lsn()
    END,
    r.replay_lsn
  ) AS bytes
) AS b
CROSS JOIN LATERAL (SELECT EXTRACT(EPOCH FROM r.replay_lag)::numeric AS seconds) AS s
WHERE r.state <> 'backup' AND (b.bytes >= p.max_bytes OR s.seconds >= p.max_seconds)
UNION ALL
-- Seen from the standby itself. Without anything left to replay it is up to date, however old the last transaction is.
SELECT
  'this standby',
  pg_catalog.concat_ws(
    ', ',
    pg_catalog.pg_size_pretty(b.bytes) || ' received and not yet replayed',
    'the last transaction replayed is from ' || pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8) || ' ago'
  ),
  'Look for queries here that hold up replay, and whether replay is paused: SELECT pg_catalog.pg_is_wal_replay_paused()',
  b.bytes
FROM params AS p
CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()) AS bytes
) AS b
CROSS JOIN LATERAL (
  SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())::numeric AS seconds
) AS s
WHERE pg_catalog.pg_is_in_recovery() AND b.bytes > 0 AND (b.bytes >= p.max_bytes OR s.seconds >= p.max_seconds)
