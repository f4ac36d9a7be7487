-- seed-defects 1.2 #15: a cancelled task is not open
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

INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'one');
UPDATE tasks SET status = 'cancelled' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
DO $$
BEGIN
  IF NOT coalesce((SELECT (notes_count, tasks_count, open_tasks_count) = (0, 1, 0) FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: a cancelled task counts as open';
  END IF;
END
$$;
