/*---
title    = "Tables without the row security they need, and open sequences"
severity = "error"
category = "rls"
about    = "schema"
why      = "One database holds all customers. Only the policies keep the rows of one from the users of another, and they must be there for every command the application may use. Whoever may set the sequence of the trail to its end stops every change that the trail records."
---*/
-- One that is missing means no access, which is safe and broken; one too many opens what was meant to be closed.
WITH expected (name, commands) AS (VALUES
  ('analytics_events', 'ra'),
  ('assessment_invitations', 'rw'),
  ('assessment_scores', 'r'),
  ('assessments', 'raw'),
  ('audit_log', 'r'),
  ('business_trends', 'r'),
  ('dashboard_widgets', 'raw'),
  ('email_subscriptions', 'raw'),
  ('engagement_intelligence', 'r'),
  ('events', 'r'),
  ('growth_levers', 'raw'),
  ('growth_progress', 'raw'),
  ('market_insights', 'r'),
  ('news_feed', 'r'),
  ('notifications', 'rw'),
  ('organization_members', 'rw'),
  ('organizations', 'rw'),
  ('simulations', 'raw'),
  ('snapshots', 'r'),
  ('subscriptions', 'r'),
  ('team_messages', 'raw'),
  ('user_sessions', 'r'),
  ('users', 'rw')
),
known (command, place, says) AS (VALUES ('r', 1, 'SELECT'), ('a', 2, 'INSERT'), ('w', 3, 'UPDATE'), ('d', 4, 'DELETE')),
standing AS (
  SELECT
    e.name,
    c.relrowsecurity,
    k.place,
    k.says,
    position(k.command IN e.commands) > 0 AS wanted,
    EXISTS (
      SELECT
      FROM pg_catalog.pg_policy p
      WHERE p.polrelid = c.oid
        AND p.polpermissive
        AND p.polcmd IN (k.command::"char", '*')
        AND p.polroles && ARRAY[0::oid, pg_catalog.to_regrole('authenticated')::oid]
    ) AS present,
    EXISTS (
      SELECT
      FROM pg_catalog.pg_policy p
      WHERE p.polrelid = c.oid
        AND p.polpermissive
        AND p.polcmd IN (k.command::"char", '*')
        AND p.polroles && ARRAY[0::oid, pg_catalog.to_regrole('anon')::oid]
    ) AS for_anon,
    EXISTS (
      SELECT
      FROM pg_catalog.pg_policy p
      WHERE p.polrelid = c.oid AND p.polcmd = 'w' AND k.command = 'w' AND p.polwithcheck IS NULL
    ) AS unchecked
  FROM expected e
  CROSS JOIN known k
  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
),
opened AS (
  SELECT
    c.relname AS name,
    coalesce(r.rolname, 'PUBLIC') AS who
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
  CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee
  WHERE d.classid = 'pg_catalog.pg_class'::regclass
    AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = pg_catalog.to_regclass(pg_catalog.format('%I.audit_log', current_schema()))
    AND (g.grantee = 0 OR r.rolname IN ('anon', 'authenticated', 'service_role'))
)
SELECT
  current_schema() || '.' || s.name AS object,
  concat_ws(
    '; ',
    CASE WHEN NOT bool_and(s.relrowsecurity) THEN 'row level security is off: every row is open to whoever may read the table' END,
    'no policy lets authenticated ' || string_agg(s.says, ', ' ORDER BY s.place) FILTER (WHERE s.wanted AND NOT s.present),
    'a policy lets authenticated ' || string_agg(s.says, ', ' ORDER BY s.place) FILTER (WHERE s.present AND NOT s.wanted) || ', which is not meant',
    'a policy lets anon ' || string_agg(s.says, ', ' ORDER BY s.place) FILTER (WHERE s.for_anon),
    CASE WHEN bool_or(s.unchecked) THEN 'an UPDATE policy has no WITH CHECK' END
  ) AS detail,
  CASE
    WHEN NOT bool_and(s.relrowsecurity) THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', current_schema(), s.name)
    ELSE 'Bring the policies back to what the migration 0013 makes'
  END AS fix,
  (NOT bool_and(s.relrowsecurity))::integer AS weight
FROM standing s
GROUP BY s.name
HAVING NOT bool_and(s.relrowsecurity) OR bool_or(s.wanted <> s.present) OR bool_or(s.for_anon) OR bool_or(s.unchecked)
UNION ALL
SELECT
  current_schema() || '.' || o.name,
  'open to ' || string_agg(DISTINCT o.who, ', '),
  format('REVOKE ALL ON SEQUENCE %I.%I FROM %s', current_schema(), o.name, string_agg(DISTINCT o.who, ', ')),
  2
FROM opened o
GROUP BY o.name
/*--- plant
-- finds: bi.simulations
-- finds: bi.assessments
-- finds: bi.subscriptions
-- finds: bi.news_feed
-- finds: bi.audit_log_id_seq
ALTER TABLE simulations DISABLE ROW LEVEL SECURITY;
DROP POLICY "Users change their own assessments" ON assessments;
CREATE POLICY plant ON subscriptions FOR UPDATE TO authenticated USING (user_id = auth.uid()) WITH CHECK (user_id = auth.uid());
ALTER POLICY "Users read the news" ON news_feed TO authenticated, anon;
GRANT USAGE ON SEQUENCE audit_log_id_seq TO authenticated, service_role;
---*/
