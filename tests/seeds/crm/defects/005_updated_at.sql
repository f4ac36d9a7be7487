-- seed-defects 1.2 #5: the function that keeps updated_at is defined, and every table with the column uses it

-- on the seed:
-- The fixture had to add it.
DROP FUNCTION update_updated_at_column() CASCADE;
CREATE TRIGGER update_email_threads_updated_at
  BEFORE UPDATE ON email_threads
  FOR EACH ROW
  EXECUTE FUNCTION update_updated_at_column();
-- on ours:
DO $$
DECLARE
  v_wrong text;
BEGIN
  SELECT string_agg(c.relname, ', ') INTO v_wrong
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at' AND NOT a.attisdropped
  WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND c.relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = 'update_updated_at_column()'::regprocedure);
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'defect: nothing keeps updated_at of %', v_wrong;
  END IF;
END
$$;
INSERT INTO organizations (id, name, slug) VALUES ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a');
INSERT INTO email_threads (org_id, thread_id, subject, updated_at)
VALUES ('a0000000-0000-4000-8000-00000000000a', 't1', 'Before', '2020-01-01');
UPDATE email_threads SET subject = 'After' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
DO $$
BEGIN
  IF (SELECT updated_at FROM email_threads WHERE org_id = 'a0000000-0000-4000-8000-00000000000a') IS DISTINCT FROM now() THEN
    RAISE EXCEPTION 'defect: updated_at stayed behind';
  END IF;
END
$$;
