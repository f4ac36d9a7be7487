/*---
title    = "Materialized views past their budget"
severity = "warning"
category = "views"
about    = "state"
why      = "Its system allows the view a certain age. It is older, and the tables behind it have changed since the last refresh."
door     = "views"
now      = true
local    = ["refreshes", "budgets"]
---*/
-- No catalogue tells when a view was refreshed: the journal does. A commit time that is much younger means a refresh by
-- somebody else, after which the recorded counters say nothing. What is not known is no finding.
WITH RECURSIVE views AS (
  SELECT
    c.oid,
    n.nspname,
    c.relname,
    r.at,
    r.changes,
    b.budget,
    -- Without the setting the function raises an error, so it stands behind the question.
    CASE WHEN pg_catalog.current_setting('track_commit_timestamp')::boolean THEN pg_catalog.pg_xact_commit_timestamp(c.xmin) END AS written
  FROM budgets AS b
  JOIN refreshes AS r ON r.schema = b.schema AND r.view = b.view
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = b.schema
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = b.view AND c.relkind = 'm'
  WHERE r.at < pg_catalog.clock_timestamp() - b.budget
),
behind AS (
  SELECT
    v.oid AS view,
    v.oid
  FROM views AS v
  UNION
  SELECT
    h.view,
    n.oid
  FROM behind AS h
  JOIN pg_catalog.pg_class AS c ON c.oid = h.oid
  CROSS JOIN LATERAL (
    SELECT d.refobjid AS oid
    FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS d
      ON d.classid = 'pg_catalog.pg_rewrite'::regclass
      AND d.objid = w.oid
      AND d.refclassid = 'pg_catalog.pg_class'::regclass
      AND d.refobjid <> h.oid
    WHERE w.ev_class = h.oid AND c.relkind IN ('v', 'm')
    UNION ALL
    -- The rows of a partitioned table stand in its partitions.
    SELECT i.inhrelid
    FROM pg_catalog.pg_inherits AS i
    WHERE i.inhparent = h.oid
  ) AS n
),
-- The tables alone, as the journal counts them.
counted AS (
  SELECT
    h.view,
    pg_catalog.sum(
      pg_catalog.pg_stat_get_tuples_inserted(h.oid)
      + pg_catalog.pg_stat_get_tuples_updated(h.oid)
      + pg_catalog.pg_stat_get_tuples_deleted(h.oid)
    ) AS changes
  FROM behind AS h
  JOIN pg_catalog.pg_class AS c ON c.oid = h.oid AND c.relkind = 'r'
  GROUP BY h.view
)
SELECT
  pg_catalog.format('%I.%I', v.nspname, v.relname) AS object,
  pg_catalog.format(
    'refreshed %s ago, allowed are %s; rows written to its tables since then: %s',
    pg_catalog.make_interval(secs => pg_catalog.round(s.seconds)::float8),
    v.budget,
    n.changes - v.changes
  ) AS detail,
  pg_catalog.format('REFRESH MATERIALIZED VIEW %I.%I', v.nspname, v.relname) AS fix,
  pg_catalog.format('schema=%s view=%s', pg_catalog.to_json(v.nspname), pg_catalog.to_json(v.relname)) AS filter,
  s.seconds AS weight
FROM views AS v
JOIN counted AS n ON n.view = v.oid
CROSS JOIN LATERAL (SELECT EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - v.at)::numeric AS seconds) AS s
WHERE n.changes > v.changes AND (v.written IS NULL OR v.written <= v.at + interval '1 minute')
