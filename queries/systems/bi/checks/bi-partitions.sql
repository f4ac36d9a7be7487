/*---
title    = "No month made for what comes next"
severity = "warning"
category = "partitions"
about    = "state"
why      = "What has no month of its own falls into the default partition. It is not lost, but nothing drops it in time, and to make its month later is work."
---*/
WITH months AS (
  SELECT
    v.name,
    m.month
  FROM (VALUES ('audit_log'), ('analytics_events')) v (name)
  CROSS JOIN LATERAL (
    SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC' AS month
    FROM generate_series(0, 1) n
  ) m
  WHERE pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), v.name)) IS NOT NULL
),
bounds AS (
  SELECT
    p.relname AS name,
    (regexp_match(b.text, 'FROM \(''([^'']+)''\)'))[1]::timestamptz AS lower,
    (regexp_match(b.text, 'TO \(''([^'']+)''\)'))[1]::timestamptz AS upper
  FROM pg_catalog.pg_class p
  JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS text) b
  WHERE p.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema())) AND p.relname IN ('audit_log', 'analytics_events')
)
SELECT
  current_schema() || '.' || m.name AS object,
  format('no partition for %s', string_agg(to_char(m.month AT TIME ZONE 'UTC', 'YYYY-MM'), ', ' ORDER BY m.month)) AS detail,
  format(
    'SELECT %I.%I()', current_schema(), CASE m.name WHEN 'audit_log' THEN 'ensure_audit_partitions' ELSE 'ensure_analytics_partitions' END
  ) AS fix,
  count(*) AS weight
FROM months m
WHERE NOT EXISTS (SELECT FROM bounds b WHERE b.name = m.name AND b.lower <= m.month AND b.upper > m.month)
GROUP BY m.name
/*--- plant
-- finds: bi.analytics_events
DO $$
BEGIN
  EXECUTE format('DROP TABLE %I', to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '"analytics_events_"YYYY_MM'));
END
$$;
---*/
