-- seed-defects 1.2 #53: the trail can be taken away without stopping what it records
-- Two tenants, each with a user and a lead.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO user_orgs (user_id, org_id, role) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a', 'member'),
  ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000b', 'owner');
INSERT INTO leads (id, org_id, name, email) VALUES
  ('a0000000-0000-4000-8000-0000000000aa', 'a0000000-0000-4000-8000-00000000000a', 'Lead A', 'leada@example.com'),
  ('b0000000-0000-4000-8000-0000000000bb', 'b0000000-0000-4000-8000-00000000000b', 'Lead B', 'leadb@example.com');

-- on the seed:
DROP TABLE activities;
UPDATE leads SET status = 'contacted' WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
-- on ours:
-- As the way back does it: the triggers that write the trail go before it.
DO $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    JOIN pg_proc p ON p.oid = t.tgfoid AND p.proname LIKE 'log\_%'
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', v_trigger.tgname, v_trigger.relation);
  END LOOP;
END
$$;
DROP TABLE activities;
UPDATE leads SET status = 'contacted' WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
INSERT INTO notes (org_id, lead_id, content)
VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'still works');
DO $$
BEGIN
  IF NOT coalesce((SELECT (status, notes_count) = ('contacted', 1) FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: the lead was not changed';
  END IF;
END
$$;
