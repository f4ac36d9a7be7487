-- seed-defects 1.0 #12: a status, a tier, a method and a counter are never NULL
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO user_profiles_v2 (user_id, username, display_name, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a', 'A', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b', 'B', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status) VALUES
  ('d0000000-0000-4000-8000-000000000001', 'Open', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001',
    now() - interval '90 days', now() + interval '1 day', 'active');
INSERT INTO feedback_v2 (title, description) VALUES ('F', 'F');

DO $$
BEGIN
  UPDATE polls_v2 SET status = NULL;
  RAISE EXCEPTION 'defect: polls_v2.status is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE polls_v2 SET voting_method = NULL;
  RAISE EXCEPTION 'defect: polls_v2.voting_method is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE polls_v2 SET privacy_level = NULL;
  RAISE EXCEPTION 'defect: polls_v2.privacy_level is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE polls_v2 SET total_votes = NULL;
  RAISE EXCEPTION 'defect: polls_v2.total_votes is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE user_profiles_v2 SET trust_tier = NULL;
  RAISE EXCEPTION 'defect: user_profiles_v2.trust_tier is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE user_profiles_v2 SET total_votes_cast = NULL;
  RAISE EXCEPTION 'defect: user_profiles_v2.total_votes_cast is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE feedback_v2 SET feedback_type = NULL;
  RAISE EXCEPTION 'defect: feedback_v2.feedback_type is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  UPDATE feedback_v2 SET priority = NULL;
  RAISE EXCEPTION 'defect: feedback_v2.priority is NULL';
EXCEPTION WHEN not_null_violation THEN
  NULL;
END
$$;
