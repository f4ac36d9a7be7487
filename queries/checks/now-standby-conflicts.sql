/*---
title    = "Queries cancelled on this standby"
severity = "info"
category = "operations"
about    = "state"
why      = "Replay does not wait for ever: it cancels queries that are in its way. hot_standby_feedback or a longer max_standby_streaming_delay spares them."
now      = true
---*/
SELECT
  pg_catalog.quote_ident(c.datname) AS object,
  pg_catalog.format(
    '%s queries cancelled: %s',
    n.total,
    pg_catalog.concat_ws(
      ', ',
      NULLIF(c.confl_snapshot, 0) || ' for rows cleaned away',
      NULLIF(c.confl_lock, 0) || ' for locks',
      NULLIF(c.confl_bufferpin, 0) || ' for pinned pages',
      NULLIF(c.confl_tablespace, 0) || ' for a dropped tablespace',
      NULLIF(c.confl_deadlock, 0) || ' for deadlocks'
    )
  ) AS detail,
  'ALTER SYSTEM SET hot_standby_feedback = on' AS fix,
  n.total AS weight
FROM pg_catalog.pg_stat_database_conflicts AS c
CROSS JOIN LATERAL (
  SELECT c.confl_snapshot + c.confl_lock + c.confl_bufferpin + c.confl_tablespace + c.confl_deadlock AS total
) AS n
WHERE pg_catalog.pg_is_in_recovery() AND n.total > 0
