/*---
title    = "Statistics of polls open past their view"
severity = "warning"
category = "security"
about    = "schema"
why      = "Row level security stops at a materialized view. Users read public_poll_stats, which leaves out what became private since the refresh, and only as long as it does."
door     = "views"
---*/
-- By columns too, which the general check for materialized views does not look at.
SELECT
  current_schema() || '.poll_stats' AS object,
  format('readable by %s', string_agg(r.rolname, ', ' ORDER BY r.rolname)) AS detail,
  format(
    'REVOKE ALL ON %I.poll_stats FROM PUBLIC, anon, authenticated; REVOKE SELECT (%s) ON %1$I.poll_stats FROM PUBLIC, anon, authenticated',
    current_schema(),
    (
      SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
  ) AS fix,
  'view=poll_stats' AS filter
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated')
WHERE c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.poll_stats', current_schema()))
  AND pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT')
GROUP BY c.oid
UNION ALL
SELECT
  current_schema() || '.' || w.name,
  format('the view reads as its owner and no longer asks for %s', w.asks),
  'Create the view again, as the migration has it',
  'view=' || w.name
FROM (VALUES ('public_poll_stats', 'privacy_level'), ('public_profiles', 'is_active')) w (name, asks)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), w.name)) AND c.relkind = 'v'
WHERE pg_catalog.pg_get_viewdef(c.oid) !~ ('WHERE .*\m' || w.asks || '\M')
/*--- plant
-- finds: civic.poll_stats
-- finds: civic.public_profiles
GRANT SELECT (title) ON poll_stats TO anon;
CREATE OR REPLACE VIEW public_profiles WITH (security_barrier = true) AS
SELECT user_id, username, display_name, avatar_url, bio, trust_tier, reputation_points, is_verified, primary_hashtags, total_polls_created, created_at
FROM user_profiles_v2;
---*/
