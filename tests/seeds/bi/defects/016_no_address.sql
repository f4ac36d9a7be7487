-- seed-defects 1.1 #16: an old user without an address does not stop the others
CREATE TABLE tier2_users (
  u_id uuid, email text, first_name text, last_name text, phone text, title text, company text, company_size text, revenue_range text,
    industry text,
  timezone text, linkedin_url text, profile_pic_url text, agreed_terms boolean, agreed_marketing boolean, role text, created_at timestamptz
);
INSERT INTO tier2_users (u_id, email, first_name, last_name, role, created_at) VALUES
  ('10000000-0000-4000-8000-000000000001', NULL, 'No', 'Address', 'user', '2025-01-01 00:00:00+00'),
  ('10000000-0000-4000-8000-000000000002', 'old@defect.example', 'Old', 'One', 'superadmin', '2025-01-02 00:00:00+00');

SELECT * FROM migrate_user_data();
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM users WHERE email = 'old@defect.example'), false) THEN
    RAISE EXCEPTION 'defect: the other did not come';
  END IF;
END
$$;
