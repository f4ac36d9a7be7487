/*---
title    = "Row security that differs from the matrix"
severity = "error"
category = "rls"
about    = "schema"
why      = "One database holds all users. Only the policies keep the tokens' owners, usage and trail of one from the others, for every command the application may use."
---*/
-- Letters are the commands that users have on their own rows: r SELECT, a INSERT, w UPDATE, d DELETE.
WITH expected (name, commands) AS (VALUES
  ('users', 'raw'),
  ('twitter_accounts', 'rawd'),
  ('subscriptions', 'r'),
  ('analysis_results', 'rd'),
  ('api_usage', 'r'),
  ('webhook_events', 'r'),
  ('audit_log', 'r')
),
standing AS (
  SELECT
    e.name,
    e.commands,
    c.oid,
    c.relrowsecurity
  FROM expected e
  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
),
policies AS (
  SELECT
    s.name,
    p.polname,
    p.polcmd,
    p.polroles,
    p.polwithcheck IS NULL AND p.polcmd IN ('w', '*') AS unchecked,
    p.polroles && ARRAY[0::oid, pg_catalog.to_regrole('authenticated')::oid] AS for_users,
    p.polroles && ARRAY[0::oid, pg_catalog.to_regrole('anon')::oid] AS for_anon
  FROM standing s
  JOIN pg_catalog.pg_policy p ON p.polrelid = s.oid AND p.polpermissive
),
amiss AS (
  SELECT s.name, 1 AS nr, 'row level security is off: every row is open to whoever may read the table' AS says
  FROM standing s
  WHERE NOT s.relrowsecurity
  UNION ALL
  SELECT s.name, 2, 'it has no policy at all'
  FROM standing s
  WHERE NOT EXISTS (SELECT FROM policies p WHERE p.name = s.name)
  UNION ALL
  SELECT s.name, 3, 'no policy lets users ' || k.word
  FROM standing s
  CROSS JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE')) k (command, word)
  WHERE position(k.command IN s.commands) > 0
    AND EXISTS (SELECT FROM policies p WHERE p.name = s.name)
    AND NOT EXISTS (SELECT FROM policies p WHERE p.name = s.name AND p.for_users AND p.polcmd IN (k.command::"char", '*'))
  UNION ALL
  SELECT p.name, 4, format('%I lets users do more than the matrix', p.polname)
  FROM policies p
  JOIN standing s ON s.name = p.name
  WHERE p.for_users AND (p.polcmd = '*' OR position(p.polcmd::text IN s.commands) = 0)
  UNION ALL
  SELECT p.name, 5, format('%I is for anon as well', p.polname)
  FROM policies p
  WHERE p.for_anon
  UNION ALL
  SELECT p.name, 6, format('%I has no WITH CHECK', p.polname)
  FROM policies p
  WHERE p.unchecked
)
SELECT
  current_schema() || '.' || a.name AS object,
  string_agg(a.says, '; ' ORDER BY a.nr, a.says) AS detail,
  CASE min(a.nr)
    WHEN 1 THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', current_schema(), a.name)
    ELSE 'Bring the policies back as the migration 0012 has them'
  END AS fix,
  10 - min(a.nr) AS weight
FROM amiss a
GROUP BY a.name
/*--- plant
-- finds: repazoo.users
-- finds: repazoo.twitter_accounts
-- finds: repazoo.subscriptions
-- finds: repazoo.api_usage
-- finds: repazoo.audit_log
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
DROP POLICY "Users can delete own Twitter accounts" ON twitter_accounts;
CREATE POLICY "Users can change own subscription" ON subscriptions FOR UPDATE TO authenticated
USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
ALTER POLICY "Users can view own API usage" ON api_usage TO authenticated, anon;
DROP POLICY "Users can view own audit log" ON audit_log;
DROP POLICY "Admins can view all audit logs" ON audit_log;
---*/
