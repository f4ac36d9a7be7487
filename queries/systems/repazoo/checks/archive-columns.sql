/*---
title    = "Archives that lag behind their tables"
severity = "warning"
category = "retention"
about    = "schema"
why      = "A column the archive does not have is lost with every row that moves there; without row security and foreign keys old rows are open to strangers and outlive their user."
---*/
WITH pairs (name) AS (VALUES ('audit_log'), ('analysis_results')),
standing AS (
  SELECT
    p.name,
    p.name || '_archive' AS archive,
    pg_catalog.to_regclass(format('%I.%I', current_schema(), p.name)) AS source,
    pg_catalog.to_regclass(format('%I.%I', current_schema(), p.name || '_archive')) AS target
  FROM pairs p
),
keys AS (
  SELECT
    k.conrelid,
    k.confrelid,
    k.confdeltype,
    (
      SELECT string_agg(a.attname::text, ', ' ORDER BY c.place)
      FROM unnest(k.conkey) WITH ORDINALITY c (attnum, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum
    ) AS columns
  FROM pg_catalog.pg_constraint k
  WHERE k.contype = 'f'
),
amiss AS (
  SELECT s.archive, 1 AS nr, 'the table is missing' AS says
  FROM standing s
  WHERE s.source IS NOT NULL AND s.target IS NULL
  UNION ALL
  SELECT
    s.archive,
    3,
    CASE WHEN b.attname IS NULL THEN format('%I is missing', a.attname) ELSE format('%I is %s, not %s', a.attname,
      format_type(b.atttypid, b.atttypmod), format_type(a.atttypid, a.atttypmod)) END
  FROM standing s
  JOIN pg_catalog.pg_attribute a ON a.attrelid = s.source AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = s.target AND b.attname = a.attname AND b.attnum > 0 AND NOT b.attisdropped
  WHERE s.target IS NOT NULL AND (a.atttypid, a.atttypmod) IS DISTINCT FROM (b.atttypid, b.atttypmod)
  UNION ALL
  SELECT s.archive, 2, 'row level security is off'
  FROM standing s
  JOIN pg_catalog.pg_class c ON c.oid = s.target
  WHERE NOT c.relrowsecurity
  UNION ALL
  SELECT s.archive, 4, format('the foreign key (%s) is missing', k.columns)
  FROM standing s
  JOIN keys k ON k.conrelid = s.source
  WHERE s.target IS NOT NULL
    AND NOT EXISTS (
      SELECT
      FROM keys o
      WHERE o.conrelid = s.target AND o.confrelid = k.confrelid AND o.columns = k.columns AND o.confdeltype = k.confdeltype
    )
)
SELECT
  current_schema() || '.' || a.archive AS object,
  string_agg(a.says, '; ' ORDER BY a.nr, a.says) AS detail,
  'Bring the archive up to its table, and archive_' || replace(a.archive, '_archive', '') || '() with it' AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.archive
/*--- plant
-- finds: repazoo.analysis_results_archive
-- finds: repazoo.audit_log_archive
ALTER TABLE analysis_results ADD COLUMN language text;
ALTER TABLE analysis_results_archive DROP CONSTRAINT analysis_results_archive_account_fkey;
ALTER TABLE audit_log_archive DISABLE ROW LEVEL SECURITY;
---*/
