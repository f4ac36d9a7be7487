/*---
title    = "Several permissive policies for one command"
severity = "info"
category = "rls"
about    = "schema"
why      = "They are joined by OR, and each is evaluated for every row."
shared   = ["own"]
---*/
WITH one AS (
  SELECT
    p.polrelid,
    w.word,
    o.oid AS role,
    -- What is for everybody is for this role as well.
    (
      SELECT string_agg(quote_ident(q.polname), ', ' ORDER BY q.polname)
      FROM pg_catalog.pg_policy AS q
      WHERE q.polrelid = p.polrelid AND q.polpermissive AND q.polcmd IN ('*', w.cmd::"char") AND (o.oid = ANY (q.polroles) OR 0 = ANY (q.polroles))
      HAVING count(*) > 1
    ) AS policies
  FROM pg_catalog.pg_policy AS p
  CROSS JOIN LATERAL unnest(p.polroles) AS o (oid)
  JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE')) AS w (cmd, word) ON p.polcmd IN ('*', w.cmd::"char")
  WHERE p.polpermissive
  GROUP BY p.polrelid, w.cmd, w.word, o.oid
)
SELECT
  format('%I.%I', n.nspname, c.relname) AS object,
  string_agg(format('%s for %s: %s', one.word, CASE one.role WHEN 0 THEN 'PUBLIC' ELSE one.role::regrole::text END, one.policies), '; '
    ORDER BY one.word, one.role) AS detail,
  'join their conditions by OR in one policy' AS fix
FROM one
JOIN pg_catalog.pg_class AS c ON c.oid = one.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE one.policies IS NOT NULL
  AND c.relrowsecurity
  AND c.oid IN (SELECT o.oid FROM own AS o)
GROUP BY n.nspname, c.relname
/*--- plant
-- finds: plant.parcels
CREATE SCHEMA plant;
CREATE ROLE plant_clerk;
CREATE TABLE plant.parcels (id int PRIMARY KEY, owner name);
ALTER TABLE plant.parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY whole ON plant.parcels USING (owner = current_user);
CREATE POLICY seen ON plant.parcels FOR SELECT TO plant_clerk USING (id > 0);
CREATE TABLE plant.good (LIKE plant.parcels);
ALTER TABLE plant.good ENABLE ROW LEVEL SECURITY;
CREATE POLICY narrow ON plant.good AS RESTRICTIVE USING (id > 0);
CREATE POLICY seen ON plant.good FOR SELECT USING (true);
CREATE POLICY made ON plant.good FOR INSERT WITH CHECK (owner = current_user);
---*/
