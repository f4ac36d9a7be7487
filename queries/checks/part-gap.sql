/*---
title    = "Gap between partitions"
severity = "warning"
category = "partitions"
about    = "schema"
why      = "A row that falls into it is refused, or lands in the default partition and blocks the one that is missing."
identity = ["object", "after"]
shared   = ["own"]
---*/
WITH bound AS (
  SELECT
    c.oid,
    n.nspname,
    c.relname,
    d.relname AS part,
    p.partdefid,
    f.time,
    (regexp_match(b.text, 'FROM \(''?([^'')]+)''?\)'))[1] AS low,
    (regexp_match(b.text, 'TO \(''?([^'')]+)''?\)'))[1] AS high
  FROM pg_catalog.pg_partitioned_table AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN true
      WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN false
    END AS time
  ) AS f
  JOIN pg_catalog.pg_inherits AS h ON h.inhparent = c.oid
  JOIN pg_catalog.pg_class AS d ON d.oid = h.inhrelid AND d.oid <> p.partdefid
  CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(d.relpartbound, d.oid) AS text) AS b
  WHERE p.partstrat = 'r'
    AND p.partnatts = 1
    AND f.time IS NOT NULL
    AND c.oid IN (SELECT o.oid FROM own AS o)
), place AS (
  -- Times as seconds, so that both kinds compare as numbers; the ends of the line are no neighbours of anything.
  SELECT
    bound.*,
    CASE WHEN low IN ('MINVALUE', 'MAXVALUE') THEN NULL WHEN time THEN extract(epoch FROM low::timestamptz)::text ELSE low END::float8 AS lower,
    CASE WHEN high IN ('MINVALUE', 'MAXVALUE') THEN NULL WHEN time THEN extract(epoch FROM high::timestamptz)::text ELSE high END::float8 AS upper
  FROM bound
), pair AS (
  SELECT
    place.*,
    lead(lower) OVER next AS next_lower,
    lead(low) OVER next AS next_low
  FROM place
  WINDOW next AS (PARTITION BY oid ORDER BY lower NULLS FIRST)
)
SELECT
  format('%I.%I', nspname, relname) AS object,
  quote_ident(part) AS after,
  format('nothing takes %s up to %s%s', high, next_low, CASE WHEN partdefid <> 0 THEN ' but the default partition' ELSE '' END) AS detail,
  format('CREATE TABLE … PARTITION OF %I.%I FOR VALUES FROM (%L) TO (%L)', nspname, relname, high, next_low) AS fix
FROM pair
WHERE next_lower > upper
/*--- plant
-- finds: plant.visits
-- finds: plant.numbers
CREATE SCHEMA plant;
CREATE TABLE plant.visits (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE plant.visits_1 PARTITION OF plant.visits FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE plant.visits_2 PARTITION OF plant.visits FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE plant.visits_4 PARTITION OF plant.visits FOR VALUES FROM ('2024-04-01') TO (MAXVALUE);
CREATE TABLE plant.numbers (n int) PARTITION BY RANGE (n);
CREATE TABLE plant.numbers_1 PARTITION OF plant.numbers FOR VALUES FROM (MINVALUE) TO (-5);
CREATE TABLE plant.numbers_2 PARTITION OF plant.numbers FOR VALUES FROM (0) TO (10);
---*/
