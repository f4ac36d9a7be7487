/*---
title    = "Encryption key or tokens within reach"
severity = "error"
category = "encryption"
about    = "schema"
why      = "Who has the key, or may call what uses it, reads every token of every user. So does who may create functions where these look. A setting is readable by every role that can log in."
identity = ["object", "way"]
---*/
WITH reach AS (
  SELECT
    current_schema() || '.encryption_keys' AS object,
    'row level security' AS way,
    'row level security is off' AS says,
    format('ALTER TABLE %I.encryption_keys ENABLE ROW LEVEL SECURITY', current_schema()) AS fix
  FROM pg_catalog.pg_class c
  WHERE c.oid = pg_catalog.to_regclass(format('%I.encryption_keys', current_schema())) AND NOT c.relrowsecurity
  UNION ALL
  SELECT
    current_schema() || '.encryption_keys',
    'granted to ' || g.who,
    format('%s holds %s on the key', g.who, string_agg(DISTINCT g.privilege_type, ', ')),
    format('REVOKE ALL ON %I.encryption_keys FROM %s', current_schema(), g.who)
  FROM (
    SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') AS who, a.privilege_type
    FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL
    CROSS JOIN LATERAL (
      SELECT * FROM pg_catalog.aclexplode(c.relacl)
      UNION ALL
      SELECT * FROM pg_catalog.aclexplode(t.attacl)
    ) a
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE c.oid = pg_catalog.to_regclass(format('%I.encryption_keys', current_schema())) AND a.grantee <> c.relowner
  ) g
  GROUP BY g.who
  UNION ALL
  -- service_role may open tokens, nobody may see the key.
  SELECT
    format('%s.%s(%s)', current_schema(), p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
    'callable by ' || coalesce(quote_ident(r.rolname), 'PUBLIC'),
    format('%s may call it', coalesce(quote_ident(r.rolname), 'PUBLIC')),
    format(
      'REVOKE EXECUTE ON FUNCTION %I.%I(%s) FROM %s', current_schema(), p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
      coalesce(quote_ident(r.rolname), 'PUBLIC')
    )
  FROM pg_catalog.pg_proc p
  JOIN (VALUES
    ('get_encryption_key', false), ('decrypt_token', true), ('get_decrypted_twitter_tokens', true), ('rotate_encryption_key', true),
    ('token_is_authentic', true),
    -- These open nothing; who calls them takes accounts and fills them with tokens of his own.
    ('insert_twitter_account', true), ('update_twitter_tokens', true)
  ) f (name, by_service) ON f.name = p.proname
  CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE p.pronamespace = pg_catalog.to_regnamespace(quote_ident(current_schema()))
    AND a.grantee <> p.proowner
    AND NOT (f.by_service AND r.rolname IS NOT DISTINCT FROM 'service_role')
    -- Who was meant to check tokens and opens none.
    AND NOT (p.proname = 'token_is_authentic' AND r.rolname IS NOT NULL AND r.rolname NOT IN ('anon', 'authenticated'))
  UNION ALL
  -- Who may create in a schema where these functions look puts a better match there than theirs, and it runs with their rights.
  SELECT
    'schema ' || quote_ident(h.nspname),
    'CREATE for ' || coalesce(quote_ident(r.rolname), 'PUBLIC'),
    format('%s may create functions in it, and get_encryption_key() and others look there', coalesce(quote_ident(r.rolname), 'PUBLIC')),
    format('REVOKE CREATE ON SCHEMA %I FROM %s', h.nspname, coalesce(quote_ident(r.rolname), 'PUBLIC'))
  FROM (
    SELECT DISTINCT n.oid, n.nspname, n.nspowner, n.nspacl, p.proowner
    FROM pg_catalog.pg_proc p
    CROSS JOIN LATERAL unnest(p.proconfig) c (setting)
    -- The names as the setting has them, quoted or not.
    CROSS JOIN LATERAL regexp_matches(substr(c.setting, length('search_path=') + 1), '"((?:[^"]|"")+)"|([^", ]+)', 'g') w (name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce(replace(w.name[1], '""', '"'), w.name[2])
    WHERE p.pronamespace = pg_catalog.to_regnamespace(quote_ident(current_schema()))
      AND p.prosecdef
      AND c.setting LIKE 'search\_path=%'
  ) h
  CROSS JOIN LATERAL pg_catalog.aclexplode(h.nspacl) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE a.privilege_type = 'CREATE' AND a.grantee NOT IN (h.nspowner, h.proowner) AND r.rolsuper IS NOT TRUE
  UNION ALL
  SELECT
    'app.settings.encryption_key',
    'set for ' || w.place,
    format('the setting holds a key of %s bytes for %s, where every role reads it', octet_length(w.value), w.place),
    format('ALTER %s RESET app.settings.encryption_key -- nothing reads it; what it once sealed has to be sealed again', w.place)
  FROM (
    SELECT
      CASE
        WHEN s.setdatabase = 0 THEN format('ROLE %s', coalesce(quote_ident(r.rolname), 'ALL'))
        WHEN s.setrole = 0 THEN format('DATABASE %I', d.datname)
        ELSE format('ROLE %I IN DATABASE %I', r.rolname, d.datname)
      END AS place,
      substr(c.setting, length('app.settings.encryption_key=') + 1) AS value
    FROM pg_catalog.pg_db_role_setting s
    CROSS JOIN LATERAL unnest(s.setconfig) c (setting)
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    WHERE c.setting LIKE 'app.settings.encryption\_key=%' AND (s.setdatabase = 0 OR d.datname = current_database())
    UNION ALL
    -- From the configuration file or the command line. What one of the above set is told once.
    SELECT 'SYSTEM', v.value
    FROM (SELECT nullif(current_setting('app.settings.encryption_key', true), '') AS value) v
    WHERE v.value IS NOT NULL
      AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_db_role_setting s
        CROSS JOIN LATERAL unnest(s.setconfig) c (setting)
        LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
        WHERE c.setting LIKE 'app.settings.encryption\_key=%' AND (s.setdatabase = 0 OR d.datname = current_database())
      )
  ) w
)
SELECT
  r.object,
  r.way,
  r.says AS detail,
  r.fix
FROM reach r
/*--- plant
-- finds: repazoo.encryption_keys
-- finds: repazoo.encryption_keys
-- finds: repazoo.decrypt_token(encrypted_token bytea)
-- finds: repazoo.get_encryption_key()
-- finds: repazoo.insert_twitter_account(user_id uuid, twitter_user_id text, twitter_username text, access_token text, refresh_token text, token_expires_at timestamp with time zone, scopes text[])
-- finds: schema extensions
-- finds: schema repazoo
-- finds: app.settings.encryption_key
GRANT SELECT (key) ON encryption_keys TO service_role;
ALTER TABLE encryption_keys DISABLE ROW LEVEL SECURITY;
GRANT EXECUTE ON FUNCTION decrypt_token(bytea) TO authenticated;
GRANT EXECUTE ON FUNCTION get_encryption_key() TO service_role;
GRANT EXECUTE ON FUNCTION insert_twitter_account(uuid, text, text, text, text, timestamptz, text[]) TO authenticated;
GRANT CREATE ON SCHEMA extensions TO PUBLIC;
GRANT CREATE ON SCHEMA repazoo TO service_role;
GRANT CREATE ON SCHEMA public TO authenticated;
SELECT set_config('app.settings.encryption_key', 'your-32-byte-key-here', true);
---*/
