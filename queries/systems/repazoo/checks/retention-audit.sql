/*---
title    = "Trail kept in the wrong place"
severity = "warning"
category = "retention"
about    = "data"
why      = "Entries are promised to move to the archive after three years and to be kept for seven: earlier is against the law, later against the privacy of those in it."
door     = "audit"
whole    = ["audit_log", "audit_log_archive"]
[params]
grace_days = 1
---*/
WITH kept AS (
  SELECT
    'audit_log' AS name,
    count(*) AS rows,
    format('%s older than 3 years and not archived, the first of %s', CASE count(*) WHEN 1 THEN '1 entry is'
      ELSE count(*) || ' entries are' END, min(a.created_at)) AS detail
  FROM audit_log a
  CROSS JOIN params p
  WHERE a.created_at < now() - interval '3 years' - make_interval(days => p.grace_days::integer)
  UNION ALL
  SELECT
    'audit_log_archive',
    count(*),
    format('%s older than 7 years, the first of %s', CASE count(*) WHEN 1 THEN '1 entry is' ELSE count(*) || ' entries are' END,
      min(a.created_at))
  FROM audit_log_archive a
  CROSS JOIN params p
  WHERE a.created_at < now() - interval '7 years' - make_interval(days => p.grace_days::integer)
)
SELECT
  current_schema() || '.' || k.name AS object,
  k.detail,
  format('SELECT * FROM %I.apply_retention() -- and look at its nightly job', current_schema()) AS fix,
  k.rows AS weight
FROM kept k
WHERE k.rows > 0
/*--- plant
-- finds: repazoo.audit_log
-- finds: repazoo.audit_log_archive
INSERT INTO audit_log (action, resource_type, created_at)
SELECT 'LOGIN', 'session', now() - interval '1 year' * n FROM unnest(ARRAY[2, 4]) n;
INSERT INTO audit_log_archive (id, action, resource_type, created_at)
SELECT gen_random_uuid(), 'LOGIN', 'session', now() - interval '1 year' * n FROM unnest(ARRAY[6, 8]) n;
---*/
