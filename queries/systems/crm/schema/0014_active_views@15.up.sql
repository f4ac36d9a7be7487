-- Views of the live rows. A plain view reads with its owner's rights and hands out every tenant's rows
-- (seed-defects 1.2 #30); security_invoker leaves the answer to the policies of the caller. Columns are written out: "SELECT *"
-- stays at what it was when the view was made (seed-defects 1.2 #31), so run this again after adding one.
CREATE FUNCTION create_active_view(table_name text) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_table regclass := to_regclass(quote_ident(create_active_view.table_name));
BEGIN
  IF v_table IS NULL OR soft_deletable(create_active_view.table_name) IS NOT TRUE THEN
    RAISE EXCEPTION 'table % is not soft-deletable', create_active_view.table_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format(
    'CREATE OR REPLACE VIEW %I WITH (security_invoker = true) AS SELECT %s FROM %I t WHERE t.deleted_at IS NULL',
    create_active_view.table_name || '_active',
    (
      SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE a.attrelid = v_table AND a.attnum > 0 AND NOT a.attisdropped
    ),
    create_active_view.table_name
  );
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, anon, authenticated', create_active_view.table_name || '_active');
  EXECUTE format('GRANT SELECT ON %I TO authenticated, service_role', create_active_view.table_name || '_active');
END
$$;

SELECT create_active_view('leads'), create_active_view('tasks'), create_active_view('notes'), create_active_view('deals');
