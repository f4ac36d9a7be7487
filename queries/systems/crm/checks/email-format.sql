/*---
title    = "Leads with an address nobody can write to"
severity = "warning"
category = "constraints"
about    = "data"
why      = "Mail is matched to leads by address. The constraint valid_email keeps malformed ones out, once it is there and validated."
door     = "leads"
whole    = ["leads"]
---*/
-- A validated CHECK lets no row past, whatever the session does: where ours stands, the rows need not be read.
WITH guard AS (
  SELECT
    count(*) AS present,
    count(*) FILTER (WHERE k.convalidated) AS validated,
    count(*) FILTER (
      WHERE k.convalidated
        AND position($$'^[A-Za-z0-9._%+''-]+@[A-Za-z0-9.-]+\.([A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$'$$ IN pg_catalog.pg_get_constraintdef(k.oid)) > 0
        AND position($$'(\.\.|^\.|\.@|@[.-]|-\.)'$$ IN pg_catalog.pg_get_constraintdef(k.oid)) > 0
    ) AS ours
  FROM pg_catalog.pg_constraint k
  WHERE k.conrelid = 'leads'::regclass AND k.contype = 'c' AND k.conname = 'valid_email'
)
SELECT
  current_schema() || '.leads.valid_email' AS object,
  CASE g.present WHEN 0 THEN 'the constraint is gone' ELSE 'the constraint was never validated: older rows may break it' END AS detail,
  CASE g.present
    WHEN 0 THEN 'Add it again, as the migration 0003 has it'
    ELSE format('ALTER TABLE %I.leads VALIDATE CONSTRAINT valid_email', current_schema())
  END AS fix,
  NULL AS filter,
  0 AS weight
FROM guard g
WHERE g.validated = 0
UNION ALL
SELECT
  current_schema() || '.leads',
  format(
    '%s a malformed address, the first is %s of %s',
    CASE count(*) WHEN 1 THEN '1 lead has' ELSE count(*) || ' leads have' END,
    (array_agg(left(l.email, 80) ORDER BY l.id))[1],
    min(l.id::text)
  ),
  'Correct the address, or set it to NULL',
  NULL,
  count(*)
FROM leads l
WHERE (SELECT g.ours FROM guard g) = 0
  AND l.email IS NOT NULL
  AND NOT (
    l.email ~* '^[A-Za-z0-9._%+''-]+@[A-Za-z0-9.-]+\.([A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$'
    AND l.email !~ '(\.\.|^\.|\.@|@[.-]|-\.)'
    AND length(l.email) <= 320
  )
HAVING count(*) > 0
/*--- plant
-- finds: crm.leads.valid_email
-- finds: crm.leads
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
ALTER TABLE leads DROP CONSTRAINT valid_email;
INSERT INTO leads (org_id, name, email) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Right', 'o''brien+crm@xn--80ak6aa92e.xn--p1ai'),
  ('00000000-0000-4000-8000-000000000001', 'Wrong', 'invalid-email');
ALTER TABLE leads ADD CONSTRAINT valid_email CHECK (email LIKE '%@%') NOT VALID;
---*/
