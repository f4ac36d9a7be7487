-- seed-defects 1.2 #22: a temporary table of the same name does not swallow the trail
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

SELECT set_config('pgdeck_test.schema', current_schema(), true);
-- A session's default: pg_temp comes first unless it is named.
SELECT set_config('search_path', quote_ident(current_schema()), true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
CREATE TEMP TABLE activities (LIKE activities INCLUDING DEFAULTS) ON COMMIT DROP;
SELECT log_activity('a0000000-0000-4000-8000-00000000000a', 'call_logged', 'lead', 'a0000000-0000-4000-8000-0000000000aa', 'a0000000-0000-4000-8000-0000000000aa', 'A call', '{}');
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
DO $$
DECLARE
  v_count bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %I.activities WHERE description = %L', current_setting('pgdeck_test.schema'), 'A call') INTO v_count;
  IF v_count <> 1 THEN
    RAISE EXCEPTION 'defect: the trail was written to a temporary table';
  END IF;
END
$$;
