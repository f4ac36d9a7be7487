/*---
title    = "No partition for the votes of this month or the next"
severity = "warning"
category = "partitions"
about    = "state"
why      = "The votes then land in the default partition, which makes every later partition wait until they have been moved."
door     = "tables"
---*/
-- The default partition lets the general check for the next partition pass.
WITH months AS (
  SELECT 'votes_v2_' || to_char(m.month, 'YYYY_MM') AS name
  FROM generate_series(
    date_trunc('month', now() AT TIME ZONE 'UTC'), date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', interval '1 month'
  ) m (month)
)
SELECT
  current_schema() || '.votes_v2' AS object,
  format('%s %s missing', string_agg(m.name, ' and ' ORDER BY m.name), CASE count(*) WHEN 1 THEN 'is' ELSE 'are' END) AS detail,
  format('SELECT %I.ensure_vote_partitions()', current_schema()) || ' -- and every month' AS fix,
  format('schema=%s table=votes_v2', to_json(current_schema()::text)) AS filter
FROM months m
JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass(pg_catalog.format('%I.votes_v2', current_schema())) AND t.relkind = 'p'
WHERE NOT EXISTS (
  SELECT
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = t.oid AND c.relname = m.name
)
HAVING count(*) > 0
/*--- plant
-- finds: civic.votes_v2
DO $$
BEGIN
  EXECUTE format('DROP TABLE %I', 'votes_v2_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM'));
END
$$;
---*/
