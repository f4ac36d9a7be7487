-- seed-defects 1.1 #25: nothing is changed through the views of the old tables
INSERT INTO users (id, email, first_name, last_name) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able');

DO $$
BEGIN
  UPDATE tier2_users_compat SET first_name = 'Eve' WHERE email = 'a@defect.example';
  RAISE EXCEPTION 'defect: a user changed through the view';
EXCEPTION WHEN object_not_in_prerequisite_state OR feature_not_supported THEN
  NULL;
END
$$;
