/*---
title    = "Prepared transactions nobody ended"
severity = "warning"
category = "operations"
about    = "state"
why      = "A prepared transaction survives its session and the server: it keeps its locks and holds back vacuum until somebody ends it by name."
now      = true
[params]
min_seconds = 3600
---*/
SELECT
  pg_catalog.quote_ident(x.gid) AS object,
  pg_catalog.format('prepared %s ago by %s in %s', pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8), x.owner, x.database) AS detail,
  pg_catalog.format('In %I: COMMIT PREPARED %L or ROLLBACK PREPARED %2$L', x.database, x.gid) AS fix,
  s.seconds AS weight
FROM pg_catalog.pg_prepared_xacts AS x
CROSS JOIN params AS p
CROSS JOIN LATERAL (
  SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - x.prepared)::numeric AS seconds
) AS s
WHERE s.seconds >= p.min_seconds
