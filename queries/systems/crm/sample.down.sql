-- Takes away what the sample added to the schema, so that the schema's own way back finds nothing in its way. Run it first.
DROP TABLE IF EXISTS import_rows;
DROP TABLE IF EXISTS import_batches;
DROP INDEX IF EXISTS idx_deals_stage_again;
DROP INDEX IF EXISTS idx_attachments_mime_type;

-- The logins live outside the schema; those that another table uses as well stay. Without the key, deleting them does not walk
-- through every activity of theirs.
DO $$
DECLARE
  v_logins uuid[];
  v_user record;
BEGIN
  IF to_regclass('users') IS NULL OR NOT has_table_privilege('auth.users', 'DELETE') THEN
    RETURN;
  END IF;
  SELECT array_agg(u.id) INTO v_logins FROM users u, organizations o WHERE u.email LIKE '%@' || o.slug || '.example';
  FOR v_user IN
    SELECT k.conrelid::regclass AS relation, a.attname
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND k.confrelid = 'auth.users'::regclass
      AND c.oid <> 'users'::regclass AND c.relnamespace <> 'auth'::regnamespace AND has_table_privilege(c.oid, 'SELECT')
  LOOP
    EXECUTE format('SELECT array(SELECT unnest($1) EXCEPT SELECT %I FROM %s WHERE %1$I = ANY ($1))', v_user.attname, v_user.relation)
    INTO v_logins USING v_logins;
  END LOOP;
  ALTER TABLE users DROP CONSTRAINT IF EXISTS users_id_fkey;
  DELETE FROM auth.users WHERE id = ANY (v_logins);
END
$$;

-- Left behind only by a load that broke off.
DROP FUNCTION IF EXISTS sample_take(text), sample_give(text, text, text), sample_prove(text), sample_pick(bigint, bigint, int), sample_share(bigint, bigint), sample_id(text);
DROP TABLE IF EXISTS sample_plan, sample_ddl, sample_orgs, sample_people, sample_firms, sample_staff, sample_texts, sample_gone, sample_leads, sample_files, sample_events, sample_last,
  sample_threads, sample_counts;
