-- seed-defects 1.1 #16: users come over once, the count is right, and a second old user with the same address is known
CREATE TABLE tier2_users (
  u_id uuid, email text, first_name text, last_name text, phone text, title text, company text, company_size text, revenue_range text,
    industry text,
  timezone text, linkedin_url text, profile_pic_url text, agreed_terms boolean, agreed_marketing boolean, role text, created_at timestamptz
);
INSERT INTO tier2_users (u_id, email, first_name, last_name, role, created_at) VALUES
  ('10000000-0000-4000-8000-000000000001', 'old@defect.example', 'Old', 'One', 'user', '2025-01-01 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000002', 'old@defect.example', 'Old', 'Again', 'user', '2025-01-02 00:00:00+00');

SELECT * FROM migrate_user_data();
DO $$
BEGIN
  IF NOT coalesce((SELECT (event_data ->> 'migrated_count')::int = 1 FROM events WHERE event_type = 'user_migration_completed'), false) THEN
    RAISE EXCEPTION 'defect: two are counted, one came';
  END IF;
END
$$;
SELECT * FROM migrate_user_data();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM events WHERE event_type = 'user_migration_completed'), false) THEN
    RAISE EXCEPTION 'defect: a second run writes a second event';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT user_id = '10000000-0000-4000-8000-000000000001' FROM legacy_users
    WHERE legacy_id = '10000000-0000-4000-8000-000000000002'), false) THEN
    RAISE EXCEPTION 'defect: nobody knows who the second is';
  END IF;
END
$$;
