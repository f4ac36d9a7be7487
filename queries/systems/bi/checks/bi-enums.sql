/*---
title    = "Columns that take other words than the system knows"
severity = "error"
category = "constraints"
about    = "schema"
why      = "Panes, views and restores go by these words. Where the list is gone or another one, rows appear that nothing counts and nothing restores."
---*/
WITH expected (name, attname, words) AS (VALUES
  ('assessment_invitations', 'status', ARRAY['pending', 'accepted', 'completed', 'expired', 'revoked']),
  ('assessments', 'status', ARRAY['in_progress', 'completed', 'abandoned']),
  ('audit_log', 'operation', ARRAY['INSERT', 'UPDATE', 'DELETE', 'RESTORE', 'REMOVE']),
  ('growth_levers', 'status', ARRAY['suggested', 'accepted', 'in_progress', 'done', 'rejected']),
  ('growth_progress', 'status', ARRAY['not_started', 'in_progress', 'completed', 'blocked']),
  ('notifications', 'priority', ARRAY['low', 'medium', 'high', 'urgent']),
  ('organization_members', 'role', ARRAY['owner', 'admin', 'member', 'viewer']),
  ('organization_members', 'status', ARRAY['invited', 'active', 'inactive', 'suspended']),
  ('organizations', 'status', ARRAY['active', 'inactive', 'suspended']),
  ('simulations', 'status', ARRAY['running', 'completed', 'failed']),
  ('subscriptions', 'billing_cycle', ARRAY['monthly', 'yearly']),
  ('subscriptions', 'plan', ARRAY['free', 'basic', 'pro', 'enterprise']),
  ('subscriptions', 'status', ARRAY['trial', 'active', 'past_due', 'canceled']),
  ('users', 'role', ARRAY['user', 'admin', 'owner']),
  ('users', 'status', ARRAY['active', 'inactive', 'suspended'])
),
-- What a CHECK on the column alone allows, whichever way it was written.
standing AS (
  SELECT
    e.name,
    e.attname,
    k.conname,
    ARRAY(
      SELECT DISTINCT w.word[1]
      FROM regexp_matches(pg_catalog.pg_get_constraintdef(k.oid), $$'((?:[^']|'')*)'$$, 'g') w (word)
      ORDER BY 1
    ) AS words
  FROM expected e
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name)) AND a.attname = e.attname
  JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
),
amiss AS (
  SELECT
    e.name,
    e.attname,
    e.words,
    (SELECT s.words FROM standing s WHERE s.name = e.name AND s.attname = e.attname ORDER BY s.conname LIMIT 1) AS found
  FROM expected e
  WHERE pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name)) IS NOT NULL
    AND NOT EXISTS (
      SELECT
      FROM standing s
      WHERE s.name = e.name
        AND s.attname = e.attname
        AND s.words = ARRAY(SELECT w.word FROM unnest(e.words) w (word) ORDER BY 1)
    )
)
SELECT
  current_schema() || '.' || a.name AS object,
  string_agg(
    format(
      '%s: %s',
      a.attname,
      CASE
        WHEN a.found IS NULL THEN 'no list, any word is taken'
        ELSE concat_ws(
          ', ',
          'too many: ' || nullif(array_to_string(ARRAY(SELECT unnest(a.found) EXCEPT SELECT unnest(a.words) ORDER BY 1), ' '), ''),
          'missing: ' || nullif(array_to_string(ARRAY(SELECT unnest(a.words) EXCEPT SELECT unnest(a.found) ORDER BY 1), ' '), '')
        )
      END
    ),
    '; '
    ORDER BY a.attname
  ) AS detail,
  string_agg(
    format(
      'ALTER TABLE %I.%I ADD CHECK (%I IN (%s))',
      current_schema(),
      a.name,
      a.attname,
      (SELECT string_agg(quote_literal(w.word), ', ' ORDER BY w.place) FROM unnest(a.words) WITH ORDINALITY w (word, place))
    ),
    '; '
    ORDER BY a.attname
  ) AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.name
/*--- plant
-- finds: bi.notifications
-- finds: bi.growth_levers
-- finds: bi.users
ALTER TABLE notifications DROP CONSTRAINT notifications_priority_check;
ALTER TABLE growth_levers DROP CONSTRAINT growth_levers_status_check;
ALTER TABLE growth_levers ADD CHECK (status IN ('suggested', 'accepted', 'in_progress', 'done', 'parked'));
ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CHECK (role = ANY (ARRAY['owner', 'admin', 'user', 'superadmin']));
---*/
