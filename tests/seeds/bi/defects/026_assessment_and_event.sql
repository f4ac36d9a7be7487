-- seed-defects 1.1 #26: an assessment and its events are written together
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');

INSERT INTO assessments (id, user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'defect');
UPDATE assessments SET status = 'completed' WHERE id = 'a0000000-0000-4000-8000-0000000000a1';
DO $$
BEGIN
  IF NOT coalesce((
    SELECT string_agg(event_type, ' ' ORDER BY version) = 'assessment_created assessment_completed'
      AND bool_and(user_id = 'a0000000-0000-4000-8000-000000000001')
    FROM events
    WHERE aggregate_type = 'assessment' AND aggregate_id = 'a0000000-0000-4000-8000-0000000000a1'
  ), false) THEN
    RAISE EXCEPTION 'defect: no event';
  END IF;
END
$$;
