/*---
title    = "Tables without the row security they need"
severity = "error"
category = "rls"
about    = "schema"
why      = "Votes, addresses and drafts of all users are in the same tables. Only the policies keep them apart, and without one for a command nobody can vote or give feedback."
---*/
-- For each role the commands that need a permissive policy; any other command must have none.
WITH expected (name, role, commands) AS (VALUES
  ('user_profiles_v2', 'anon', ''),
  ('user_profiles_v2', 'authenticated', 'raw'),
  ('polls_v2', 'anon', 'r'),
  ('polls_v2', 'authenticated', 'rawd'),
  ('votes_v2', 'anon', ''),
  ('votes_v2', 'authenticated', 'rawd'),
  ('feedback_v2', 'anon', ''),
  ('feedback_v2', 'authenticated', 'ra'),
  ('user_analytics', 'anon', ''),
  ('user_analytics', 'authenticated', 'r'),
  ('poll_analytics', 'anon', ''),
  ('poll_analytics', 'authenticated', 'r'),
  ('poll_tallies', 'anon', 'r'),
  ('poll_tallies', 'authenticated', 'r'),
  ('vote_registry', 'anon', ''),
  ('vote_registry', 'authenticated', ''),
  ('audit_logs', 'anon', ''),
  ('audit_logs', 'authenticated', '')
),
said AS (
  SELECT
    e.name,
    string_agg(
      CASE WHEN h.has THEN format('a policy lets %s %s', e.role, k.word) ELSE format('no policy lets %s %s', e.role, k.word) END,
      '; ' ORDER BY e.role, k.place
    ) AS says
  FROM expected e
  CROSS JOIN (VALUES ('r', 'SELECT', 1), ('a', 'INSERT', 2), ('w', 'UPDATE', 3), ('d', 'DELETE', 4)) k (command, word, place)
  CROSS JOIN LATERAL (
    SELECT EXISTS (
      SELECT
      FROM pg_catalog.pg_policy p
      WHERE p.polrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
        AND p.polpermissive
        AND p.polcmd IN (k.command::"char", '*')
        AND p.polroles && ARRAY[0::oid, pg_catalog.to_regrole(e.role)::oid]
    ) AS has
  ) h
  WHERE h.has <> (position(k.command IN e.commands) > 0)
  GROUP BY e.name
),
unchecked AS (
  SELECT
    p.polrelid,
    string_agg(format('%I checks no new row', p.polname), '; ' ORDER BY p.polname) AS says
  FROM pg_catalog.pg_policy p
  WHERE p.polcmd = 'w' AND p.polwithcheck IS NULL
  GROUP BY p.polrelid
)
SELECT
  current_schema() || '.' || c.relname AS object,
  concat_ws(
    '; ',
    CASE WHEN NOT c.relrowsecurity THEN 'row level security is off: every row is open to whoever may read the table' END,
    s.says,
    u.says
  ) AS detail,
  CASE
    WHEN NOT c.relrowsecurity THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', current_schema(), c.relname)
    ELSE 'Create the policies again, as the migration 0014 has them'
  END AS fix,
  (NOT c.relrowsecurity)::integer AS weight
FROM (SELECT DISTINCT e.name FROM expected e) e
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
LEFT JOIN said s ON s.name = e.name
LEFT JOIN unchecked u ON u.polrelid = c.oid
WHERE NOT c.relrowsecurity OR s.name IS NOT NULL OR u.polrelid IS NOT NULL
/*--- plant
-- finds: civic.audit_logs
-- finds: civic.votes_v2
-- finds: civic.user_profiles_v2
-- finds: civic.feedback_v2
ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY;
DROP POLICY "Users can vote in open polls" ON votes_v2;
DROP POLICY "Users can update their own profile" ON user_profiles_v2;
CREATE POLICY "Users can update their own profile" ON user_profiles_v2 FOR UPDATE TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Everybody" ON feedback_v2 FOR SELECT USING (is_public);
---*/
