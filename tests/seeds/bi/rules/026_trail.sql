-- seed-defects 1.1 #26: what happens to a record is in the trail with who and from where, as our own proxy says, and secrets are not
INSERT INTO users (id, email, first_name, last_name) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@defect.example', 'Ann', 'Able'),
  ('b0000000-0000-4000-8000-000000000001', 'b@defect.example', 'Bob', 'Best');
INSERT INTO organizations (id, name, slug) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a'),
  ('b0000000-0000-4000-8000-00000000000b', 'Tenant B', 'defect-tenant-b');
INSERT INTO organization_members (organization_id, user_id, role) VALUES
  ('a0000000-0000-4000-8000-00000000000a', 'a0000000-0000-4000-8000-000000000001', 'member'),
  ('b0000000-0000-4000-8000-00000000000b', 'b0000000-0000-4000-8000-000000000001', 'owner');

SELECT set_config('request.headers', '{"x-forwarded-for": "203.0.113.66, 198.51.100.9", "user-agent": "Defect"}', true);
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
UPDATE users SET title = 'Head of defects' WHERE id = 'a0000000-0000-4000-8000-000000000001';
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
INSERT INTO assessments (id, user_id, assessment_type) VALUES ('a0000000-0000-4000-8000-0000000000a1',
  'a0000000-0000-4000-8000-000000000001', 'defect');
DO $$
BEGIN
  IF NOT coalesce((
    SELECT user_id = 'a0000000-0000-4000-8000-000000000001' AND old_values = '{"title": null}'
      AND new_values = '{"title": "Head of defects"}'
      AND ip_address = '198.51.100.9' AND user_agent = 'Defect'
    FROM audit_log
    WHERE table_name = 'users' AND operation = 'UPDATE'
  ), false) THEN
    RAISE EXCEPTION 'defect: not as it was';
  END IF;
END
$$;
INSERT INTO subscriptions (user_id, stripe_customer_id) VALUES ('a0000000-0000-4000-8000-000000000001', 'cus_secret');
UPDATE organizations SET sso_config = '{"key": "secret"}' WHERE id = 'a0000000-0000-4000-8000-00000000000a';
DELETE FROM assessments WHERE id = 'a0000000-0000-4000-8000-0000000000a1';
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 0 FROM audit_log WHERE old_values::text LIKE '%secret%' OR new_values::text LIKE '%secret%'),
    false) THEN
    RAISE EXCEPTION 'defect: a secret is in the trail';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log WHERE table_name = 'organizations' AND new_values = '{"sso_config": "(hidden)"}'),
    false) THEN
    RAISE EXCEPTION 'defect: nobody knows that it changed';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT old_values ->> 'assessment_type' = 'defect' FROM audit_log WHERE table_name = 'assessments'
    AND operation = 'DELETE'), false) THEN
    RAISE EXCEPTION 'defect: the deleted row is not told';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT string_agg(event_type, ' ' ORDER BY version) = 'assessment_created assessment_deleted' FROM events
    WHERE aggregate_id = 'a0000000-0000-4000-8000-0000000000a1'), false) THEN
    RAISE EXCEPTION 'defect: the events are wrong';
  END IF;
END
$$;
SELECT set_config('request.headers', '{"x-forwarded-for": "nonsense"}', true);
UPDATE users SET title = 'Again' WHERE id = 'a0000000-0000-4000-8000-000000000001';
