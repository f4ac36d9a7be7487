-- seed-defects 1.2 #14: counters follow a task that moves to another lead or is unlinked
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

INSERT INTO leads (id, org_id, name) VALUES ('a0000000-0000-4000-8000-0000000000ab', 'a0000000-0000-4000-8000-00000000000a', 'Other');
INSERT INTO tasks (org_id, lead_id, title) VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'one'), ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'two');
UPDATE tasks SET lead_id = 'a0000000-0000-4000-8000-0000000000ab' WHERE org_id = 'a0000000-0000-4000-8000-00000000000a' AND title = 'one';
DO $$
BEGIN
  IF NOT coalesce((SELECT (notes_count, tasks_count, open_tasks_count) = (0, 1, 1) FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: the old lead keeps the task';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT tasks_count = 1 FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000ab'), false) THEN
    RAISE EXCEPTION 'defect: the new lead does not count the task';
  END IF;
END
$$;
UPDATE tasks SET lead_id = NULL WHERE org_id = 'a0000000-0000-4000-8000-00000000000a' AND title = 'two';
DO $$
BEGIN
  IF NOT coalesce((SELECT (notes_count, tasks_count, open_tasks_count) = (0, 0, 0) FROM leads WHERE id = 'a0000000-0000-4000-8000-0000000000aa'), false) THEN
    RAISE EXCEPTION 'defect: an unlinked task still counts';
  END IF;
END
$$;
