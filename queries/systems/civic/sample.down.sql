-- Takes away what the sample added outside the schema, so that the schema's own way back finds nothing in its way. Run it first.
-- The logins that another table uses as well stay. Without the keys, deleting them does not walk through every vote of theirs.
DO $$
DECLARE
  v_logins uuid[];
  v_user record;
  v_key record;
BEGIN
  IF to_regclass('user_profiles_v2') IS NULL OR NOT has_table_privilege('auth.users', 'DELETE') THEN
    RETURN;
  END IF;
  -- By the ids the sample gives them: an address proves nothing, anybody may have typed it.
  SELECT array_agg(u.id) INTO v_logins
  FROM auth.users u
  CROSS JOIN LATERAL (SELECT substring(u.email FROM '(\d+)@riverton\.example$') AS n) m
  WHERE u.id IN (md5('civic user ' || m.n)::uuid, md5('civic newcomer ' || m.n)::uuid);
  FOR v_user IN
    SELECT k.conrelid::regclass AS relation, a.attname
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = 'auth.users'::regclass
      AND c.relnamespace NOT IN ('auth'::regnamespace, (SELECT o.relnamespace FROM pg_class o WHERE o.oid = 'votes_v2'::regclass))
      AND has_table_privilege(c.oid, 'SELECT')
  LOOP
    EXECUTE format('SELECT array(SELECT unnest($1) EXCEPT SELECT %I FROM %s WHERE %1$I = ANY ($1))', v_user.attname, v_user.relation)
    INTO v_logins USING v_logins;
  END LOOP;
  FOR v_key IN
    SELECT k.conrelid::regclass AS relation, k.conname
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = 'auth.users'::regclass
      AND c.relnamespace = (SELECT o.relnamespace FROM pg_class o WHERE o.oid = 'votes_v2'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', v_key.relation, v_key.conname);
  END LOOP;
  DELETE FROM auth.users WHERE id = ANY (v_logins);
END
$$;

-- Left behind only by a load that broke off.
DROP FUNCTION IF EXISTS sample_take(text), sample_give(text, text), sample_vote(int), sample_pick(bigint, bigint, int), sample_share(bigint, bigint);
DROP TABLE IF EXISTS sample_plan, sample_ddl, sample_people, sample_topics, sample_polls, sample_ballots, sample_plants;
