-- Takes away what the sample left outside the schema: the logins, but for those that another table uses as well. Run it first.
DO $$
DECLARE
  v_logins uuid[];
  v_user record;
BEGIN
  IF to_regclass('users') IS NULL
    OR NOT has_table_privilege('auth.users', 'SELECT')
    OR NOT has_table_privilege('auth.users', 'DELETE')
  THEN
    RETURN;
  END IF;
  -- By the login's own address and the id the sample gives it, never by what a profile says. From the 576th on the sample numbers the
  -- addresses, so the highest number tells how many there were.
  WITH logins AS MATERIALIZED (
    SELECT l.id, l.email FROM auth.users l WHERE l.email LIKE '%@mail.repazoo.example'
  ),
  size AS (
    SELECT 576 * coalesce(max(substring(l.email FROM '^[a-z]+\.[a-z]+([0-9]{1,4})@')::integer), 1) AS users FROM logins l
  )
  SELECT array_agg(l.id)
  INTO v_logins
  FROM size s
  CROSS JOIN LATERAL generate_series(1, s.users) i
  JOIN logins l ON l.id = md5('repazoo:user:' || i)::uuid;
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
  -- Without the key, deleting them does not walk through every row of theirs.
  ALTER TABLE users DROP CONSTRAINT IF EXISTS users_id_fkey;
  DELETE FROM auth.users WHERE id = ANY (v_logins);
END
$$;

-- Left behind only by a load that broke off.
DROP FUNCTION IF EXISTS sample_take(), sample_give(text, text), sample_pick(bigint, bigint, int), sample_share(bigint, bigint), sample_id(text);
DROP TABLE IF EXISTS sample_plan, sample_ddl, sample_users, sample_accounts, sample_places, sample_results, sample_words, sample_trail;
