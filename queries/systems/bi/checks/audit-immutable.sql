/*---
title    = "A trail that can be rewritten"
severity = "error"
category = "audit"
about    = "schema"
why      = "The trail and the events prove something only as long as nobody changes, deletes or empties them. Triggers refuse all three, on every partition."
---*/
-- What tgtype means: 4 bits for a row trigger that fires before UPDATE and DELETE, a statement trigger before TRUNCATE.
WITH kept AS (
  SELECT c.oid, c.relname
  FROM (VALUES ('audit_log'), ('events'), ('snapshots')) v (name)
  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), v.name))
  UNION ALL
  SELECT c.oid, c.relname
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), 'audit_log'))
),
guards AS (
  SELECT
    k.relname,
    coalesce(bool_or(t.tgtype & 1 = 1 AND t.tgtype & 16 = 16), false) AS updates,
    coalesce(bool_or(t.tgtype & 1 = 1 AND t.tgtype & 8 = 8), false) AS deletes,
    coalesce(bool_or(t.tgtype & 1 = 0 AND t.tgtype & 32 = 32), false) AS truncates
  FROM kept k
  LEFT JOIN (
    pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.proname = 'keep_as_written'
  ) ON t.tgrelid = k.oid AND t.tgenabled IN ('O', 'A') AND t.tgtype & 2 = 2
  GROUP BY k.relname
)
SELECT
  current_schema() || '.' || g.relname AS object,
  format(
    'nothing refuses %s',
    concat_ws(
      ', ',
      CASE WHEN NOT g.updates THEN 'UPDATE' END,
      CASE WHEN NOT g.deletes THEN 'DELETE' END,
      CASE WHEN NOT g.truncates THEN 'TRUNCATE' END
    )
  ) AS detail,
  concat_ws(
    '; ',
    CASE
      WHEN NOT g.updates OR NOT g.deletes THEN format('ALTER TABLE %I.%I ENABLE TRIGGER ALL, or create its trigger again', current_schema(), g.relname)
    END,
    CASE
      WHEN NOT g.truncates THEN format(
        'CREATE TRIGGER %I BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT EXECUTE FUNCTION %2$I.keep_as_written()',
        CASE WHEN g.relname LIKE 'audit\_log%' THEN 'audit_log' ELSE g.relname END || '_kept_from_truncate',
        current_schema(),
        g.relname
      )
    END
  ) AS fix,
  (NOT g.updates)::integer + (NOT g.deletes)::integer + (NOT g.truncates)::integer AS weight
FROM guards g
WHERE NOT (g.updates AND g.deletes AND g.truncates)
/*--- plant
-- finds: bi.events
-- finds: bi.audit_log_default
-- finds: bi.audit_log_1999_12
-- finds: bi.snapshots
DROP TRIGGER events_kept ON events;
DROP TRIGGER audit_log_kept_from_truncate ON audit_log_default;
CREATE TABLE audit_log_1999_12 PARTITION OF audit_log FOR VALUES FROM ('1999-12-01') TO ('2000-01-01');
ALTER TABLE snapshots DISABLE TRIGGER snapshots_kept;
---*/
