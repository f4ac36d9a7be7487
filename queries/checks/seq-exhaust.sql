/*---
title    = "Sequence near its end"
severity = "error"
category = "sequences"
about    = "state"
why      = "When it, or the column it feeds, is full, every insert fails."
shared   = ["own"]
[params]
min_pct = 85
---*/
WITH one AS (
  SELECT
    s.*,
    n.nspname,
    c.relname,
    -- Denied, it would be an error: a sequence that may not be read is left out.
    CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE') THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last,
    f.full_at,
    f.fed
  FROM pg_catalog.pg_sequence AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  -- The narrowest column it feeds: one that owns it, or whose default calls it.
  LEFT JOIN LATERAL (
    SELECT
      CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS full_at,
      format('%s.%I (%s)', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod)) AS fed
    FROM pg_catalog.pg_attribute AS a
    WHERE (a.attrelid, a.attnum) IN (
      SELECT d.refobjid, d.refobjsubid
      FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
      UNION ALL
      SELECT v.adrelid, v.adnum
      FROM pg_catalog.pg_depend AS d
      JOIN pg_catalog.pg_attrdef AS v ON v.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.refobjid = c.oid
    )
    ORDER BY 1, 2
    LIMIT 1
  ) AS f ON true
  WHERE c.oid IN (SELECT o.oid FROM own AS o)
), spent AS (
  SELECT
    one.*,
    CASE WHEN seqincrement > 0 THEN least(seqmax, full_at) ELSE seqmin END AS ends
  FROM one
)
SELECT
  format('%I.%I', nspname, relname) AS object,
  format('at %s of %s (%s %%)', last, ends, trunc(u.pct, 1)) || coalesce(', feeds ' || fed, '') AS detail,
  CASE
    WHEN full_at < seqmax THEN 'make the column bigint, and the columns that refer to it'
    ELSE format('ALTER SEQUENCE %I.%I AS bigint MAXVALUE 9223372036854775807', nspname, relname)
  END AS fix,
  u.pct AS weight
FROM spent
CROSS JOIN params
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN seqincrement > 0 THEN 100 * (last::numeric - seqmin + 1) / (ends::numeric - seqmin + 1)
    ELSE 100 * (seqmax::numeric - last + 1) / (seqmax::numeric - seqmin + 1)
  END AS pct
) AS u
WHERE u.pct >= params.min_pct
  -- One that starts over never ends, unless the column is full before.
  AND NOT (seqcycle AND ends IN (seqmax, seqmin))
/*--- plant
-- finds: plant.parcels_id_seq
-- finds: plant.fed
-- finds: plant.backwards
CREATE SCHEMA plant;
CREATE TABLE plant.parcels (id smallserial PRIMARY KEY);
SELECT setval('plant.parcels_id_seq', 30000);
CREATE SEQUENCE plant.fed;
CREATE TABLE plant.letters (id int PRIMARY KEY DEFAULT nextval('plant.fed'));
SELECT setval('plant.fed', 2000000000);
CREATE SEQUENCE plant.backwards INCREMENT -1 MINVALUE -100 MAXVALUE -1;
SELECT setval('plant.backwards', -90);
CREATE SEQUENCE plant.cycles MAXVALUE 10 CYCLE;
SELECT setval('plant.cycles', 10);
---*/
