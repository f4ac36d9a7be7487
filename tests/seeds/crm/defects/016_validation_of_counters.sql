-- seed-defects 1.2 #16: a check of the counters leaves out deleted rows, as the counters do
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
INSERT INTO notes (org_id, lead_id, content)
VALUES ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-0000000000aa', 'deleted');
UPDATE notes SET deleted_at = now() WHERE org_id = 'a0000000-0000-4000-8000-00000000000a';
-- What is right: the lead has no live note.
UPDATE leads SET notes_count = 0 WHERE id = 'a0000000-0000-4000-8000-0000000000aa';

-- on the seed:
DO $$
DECLARE
  v_stored integer;
  v_actual bigint;
BEGIN
  SELECT q.stored_notes, q.actual_notes INTO v_stored, v_actual
  FROM (
    SELECT
      l.id,
      l.name,
      l.notes_count as stored_notes,
      COUNT(DISTINCT n.id) as actual_notes,
      l.tasks_count as stored_tasks,
      COUNT(DISTINCT t.id) as actual_tasks
    FROM leads l
    LEFT JOIN notes n ON n.lead_id = l.id
    LEFT JOIN tasks t ON t.lead_id = l.id
    GROUP BY l.id, l.name, l.notes_count, l.tasks_count
    HAVING l.notes_count != COUNT(DISTINCT n.id) OR l.tasks_count != COUNT(DISTINCT t.id)
    LIMIT 10
  ) q
  WHERE q.id = 'a0000000-0000-4000-8000-0000000000aa';
  IF FOUND THEN
    RAISE EXCEPTION 'defect: % for % is reported, and is right', v_stored, v_actual;
  END IF;
END
$$;
-- on ours:
CREATE TEMP VIEW drift AS
SELECT l.id, l.notes_count, count(n.id) AS notes
FROM leads l
LEFT JOIN notes n ON n.lead_id = l.id AND n.deleted_at IS NULL
WHERE l.org_id = 'a0000000-0000-4000-8000-00000000000a'
GROUP BY l.id
HAVING l.notes_count <> count(n.id);
DO $$
BEGIN
  IF EXISTS (SELECT FROM drift) THEN
    RAISE EXCEPTION 'defect: what is right is reported';
  END IF;
  UPDATE leads SET notes_count = 1 WHERE id = 'a0000000-0000-4000-8000-0000000000aa';
  IF NOT EXISTS (SELECT FROM drift WHERE id = 'a0000000-0000-4000-8000-0000000000aa') THEN
    RAISE EXCEPTION 'defect: what is wrong is not reported';
  END IF;
END
$$;
