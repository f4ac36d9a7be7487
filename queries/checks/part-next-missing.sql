/*---
title    = "No partition for next month"
severity = "error"
category = "partitions"
about    = "state"
why      = "From that day on every insert fails: no partition takes the row and there is no default."
shared   = ["own"]
[params]
months = 1
---*/
WITH range AS (
  SELECT
    c.oid,
    n.nspname,
    c.relname,
    t.typname
  FROM pg_catalog.pg_partitioned_table AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
  WHERE p.partstrat = 'r'
    AND p.partnatts = 1
    AND p.partdefid = 0
    AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
    -- A part of a range ends with its range.
    AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_inherits AS h
      JOIN pg_catalog.pg_partitioned_table AS o ON o.partrelid = h.inhparent AND o.partstrat = 'r'
      WHERE h.inhrelid = c.oid
    )
    AND c.oid IN (SELECT o.oid FROM own AS o)
), bound AS (
  SELECT
    h.inhparent,
    CASE WHEN b.text ~ 'FROM \(MINVALUE\)' THEN '-infinity' ELSE (regexp_match(b.text, 'FROM \(''([^'']+)''\)'))[1]::timestamptz END AS lower,
    CASE WHEN b.text ~ 'TO \(MAXVALUE\)' THEN 'infinity' ELSE (regexp_match(b.text, 'TO \(''([^'']+)''\)'))[1]::timestamptz END AS upper
  FROM range AS r
  JOIN pg_catalog.pg_inherits AS h ON h.inhparent = r.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = h.inhrelid
  CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS text) AS b
)
SELECT
  format('%I.%I', r.nspname, r.relname) AS object,
  CASE
    WHEN max(b.upper) IS NULL THEN 'has no partition at all'
    WHEN max(b.upper) <= now() THEN format('ended at %s: inserts of today fail already', max(b.upper))
    ELSE format('ends at %s, and there is no default partition', max(b.upper))
  END AS detail,
  format('CREATE TABLE … PARTITION OF %I.%I FOR VALUES FROM (%s) TO (…)', r.nspname, r.relname, coalesce(quote_literal(max(b.upper)), '…')) AS fix
FROM range AS r
CROSS JOIN params
LEFT JOIN bound AS b ON b.inhparent = r.oid
GROUP BY r.nspname, r.relname, params.months
HAVING count(*) FILTER (
  WHERE now() + make_interval(months => params.months::int) >= b.lower AND now() + make_interval(months => params.months::int) < b.upper
) = 0
-- What ended long ago is an archive that takes no rows any more.
AND coalesce(max(b.upper), 'infinity') > now() - make_interval(months => params.months::int)
/*--- plant
-- finds: plant.visits
-- finds: plant.bare
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.archive (day date) PARTITION BY RANGE (day);
CREATE TABLE plant.archive_1 PARTITION OF plant.archive FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
DO $$
BEGIN
  EXECUTE format(
    'CREATE TABLE plant.visits_now PARTITION OF plant.visits FOR VALUES FROM (%L) TO (%L)',
    date_trunc('month', now()), date_trunc('month', now()) + interval '1 month'
  );
END
$$;
CREATE TABLE plant.bare (day date) PARTITION BY RANGE (day);
CREATE TABLE plant.good (day date) PARTITION BY RANGE (day);
CREATE TABLE plant.good_1 PARTITION OF plant.good FOR VALUES FROM ('2024-01-01') TO (MAXVALUE) PARTITION BY RANGE (day);
CREATE TABLE plant.caught (day date) PARTITION BY RANGE (day);
CREATE TABLE plant.caught_1 PARTITION OF plant.caught DEFAULT;
---*/
