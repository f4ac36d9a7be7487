/*---
title    = "Tables without the row security they need"
severity = "error"
category = "rls"
about    = "schema"
why      = "One database holds all customers. Only the policies keep the rows of one from the users of another, and they must be there for every command the application may use."
---*/
-- Commands of the role authenticated that need a permissive policy; none of them means no access, which is safe and broken.
WITH expected (name, commands) AS (VALUES
  ('users', 'rw'),
  ('organizations', 'rw'),
  ('user_orgs', 'rawd'),
  ('leads', 'raw'),
  ('tasks', 'raw'),
  ('notes', 'raw'),
  ('deals', 'raw'),
  ('activities', 'r'),
  ('email_threads', 'raw'),
  ('email_messages', 'raw'),
  ('attachments', 'raw')
),
missing AS (
  SELECT
    e.name,
    string_agg(CASE k.command WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END, ', ' ORDER BY k.place) AS commands
  FROM expected e
  CROSS JOIN LATERAL regexp_split_to_table(e.commands, '') WITH ORDINALITY k (command, place)
  WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_policy p
    WHERE p.polrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
      AND p.polpermissive
      AND p.polcmd IN (k.command::"char", '*')
      AND p.polroles && ARRAY[0::oid, pg_catalog.to_regrole('authenticated')::oid]
  )
  GROUP BY e.name
)
SELECT
  current_schema() || '.' || e.name AS object,
  concat_ws(
    '; ',
    CASE WHEN NOT c.relrowsecurity THEN 'row level security is off: every row is open to whoever may read the table' END,
    'no policy lets authenticated ' || m.commands
  ) AS detail,
  CASE
    WHEN NOT c.relrowsecurity THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', current_schema(), e.name)
    ELSE 'Create the policy again, as the migration 0015 has it'
  END AS fix,
  (NOT c.relrowsecurity)::integer AS weight
FROM expected e
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name))
LEFT JOIN missing m ON m.name = e.name
WHERE NOT c.relrowsecurity OR m.name IS NOT NULL
/*--- plant
-- finds: crm.deals
-- finds: crm.notes
-- finds: crm.tasks
ALTER TABLE deals DISABLE ROW LEVEL SECURITY;
DROP POLICY "Users can update notes in their organizations" ON notes;
ALTER POLICY "Users can view tasks from their organizations" ON tasks TO service_role;
---*/
