-- seed-defects 1.1 #16: each step says what came and what cannot; a missing table is named
CREATE TABLE tier2_users (
  u_id uuid, email text, first_name text, last_name text, phone text, title text, company text, company_size text, revenue_range text,
    industry text,
  timezone text, linkedin_url text, profile_pic_url text, agreed_terms boolean, agreed_marketing boolean, role text, created_at timestamptz
);
INSERT INTO tier2_users (u_id, email, first_name, last_name, role, created_at) VALUES
  ('10000000-0000-4000-8000-000000000001', 'old@defect.example', 'Old', NULL, 'wizard', '2025-01-01 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000002', 'old@defect.example', 'Old', 'Again', 'user', '2025-01-02 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000003', NULL, 'No', 'Address', 'user', '2025-01-03 00:00:00+00');

DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(concat_ws(' ', step, migrated, skipped), ', ' ORDER BY step) = 'merged users 1 0, users 1 1'
    FROM migrate_user_data()), false) THEN
    RAISE EXCEPTION 'defect: the counts are wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(concat_ws(' ', step, migrated, skipped), ', ' ORDER BY step) = 'merged users 0 0, users 0 1'
    FROM migrate_user_data()), false) THEN
    RAISE EXCEPTION 'defect: the second run is wrong';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT role = 'user' AND last_name = '' FROM users WHERE email = 'old@defect.example'), false) THEN
    RAISE EXCEPTION 'defect: the user is wrong';
  END IF;
END
$$;
INSERT INTO tier2_users (u_id, email) VALUES ('10000000-0000-4000-8000-000000000004', 'new@defect.example');
DO $$
BEGIN
  IF NOT coalesce((SELECT sum(migrated) = 1 FROM migrate_user_data()), false) THEN
    RAISE EXCEPTION 'defect: what is new did not come';
  END IF;
END
$$;
DROP TABLE tier2_users;
DO $$
BEGIN
  PERFORM migrate_user_data();
  RAISE EXCEPTION 'defect: no table, no word';
EXCEPTION WHEN undefined_table THEN
  NULL;
END
$$;
