/*---
title    = "Connections running out"
severity = "warning"
category = "operations"
about    = "state"
why      = "With the last free connection gone, nobody new gets in, and that includes whoever wants to see why."
door     = "activity"
now      = true
[params]
min_percent = 80
---*/
-- What is set aside for superusers, and from 16 on for pg_use_reserved_connections, is not for everybody. A plain role does
-- not learn the kind of other people's sessions and counts a few workers too many.
SELECT
  'max_connections' AS object,
  pg_catalog.format(
    '%s of %s connections are taken (%s %%)%s',
    u.taken,
    u.places,
    pg_catalog.round(u.taken * 100 / u.places),
    CASE WHEN u.idle > 0 THEN pg_catalog.format(', %s of them idle', u.idle) ELSE '' END
  ) AS detail,
  'Put a pooler in front, or end what is idle; raising max_connections takes a restart' AS fix,
  CASE WHEN u.idle > 0 THEN 'state=idle' END AS filter,
  u.taken AS weight
FROM (
  SELECT
    pg_catalog.count(*)::numeric AS taken,
    pg_catalog.count(*) FILTER (WHERE a.state = 'idle') AS idle,
    pg_catalog.current_setting('max_connections')::numeric
    - pg_catalog.current_setting('superuser_reserved_connections')::numeric
    - COALESCE(pg_catalog.current_setting('reserved_connections', true), '0')::numeric AS places
  FROM pg_catalog.pg_stat_activity AS a
  WHERE a.datid IS NOT NULL AND COALESCE(a.backend_type, 'client backend') = 'client backend'
) AS u
CROSS JOIN params AS p
WHERE u.taken >= u.places * p.min_percent / 100
