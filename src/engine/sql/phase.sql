-- How far a refresh is, by its locks: no view of the server's tells it. $1 its backend, $2 the view.
SELECT
  CASE
    WHEN pg_catalog.bool_or(NOT l.granted) THEN 'waiting'
    -- A concurrent refresh takes its view's indexes to write only when it merges.
    WHEN pg_catalog.bool_or(
      l.mode = 'RowExclusiveLock'
      AND l.relation IN (
        SELECT i.indexrelid
        FROM pg_catalog.pg_index AS i
        WHERE i.indrelid = $2::text::pg_catalog.oid
      )
    ) THEN 'merging'
    ELSE 'refreshing'
  END
FROM pg_catalog.pg_locks AS l
WHERE l.pid = $1::text::pg_catalog.int4
