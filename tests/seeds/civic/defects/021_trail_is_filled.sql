-- seed-defects 1.0 #21: the trail tells of inserts, changes, removals and deletions
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');

UPDATE polls_v2 SET title = 'Changed';
UPDATE polls_v2 SET is_active = false;
UPDATE polls_v2 SET is_active = true;
DELETE FROM polls_v2;
DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(operation, ' ' ORDER BY operation) = 'DELETE INSERT RESTORE SOFT_DELETE UPDATE' FROM audit_logs WHERE record_id::text = 'd0000000-0000-4000-8000-000000000001'), false) THEN
    RAISE EXCEPTION 'defect: the trail does not tell';
  END IF;
END
$$;
