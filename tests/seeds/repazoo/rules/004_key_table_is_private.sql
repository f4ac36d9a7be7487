-- seed-defects 1.4 #4: no role but the owner reads the key or calls what hands it out

DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(NOT has_table_privilege(r.name, 'encryption_keys', 'SELECT, INSERT, UPDATE, DELETE')
      AND NOT has_any_column_privilege(r.name, 'encryption_keys', 'SELECT') AND NOT has_function_privilege(r.name, 'get_encryption_key()', 'EXECUTE'))
      FROM (VALUES ('anon'),
    ('authenticated'),
    ('service_role')) r (name)), false) THEN
    RAISE EXCEPTION 'defect: a role has the key';
  END IF;
END
$$;
