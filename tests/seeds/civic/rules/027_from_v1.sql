-- The old tables as the document counts them, 19 profiles, 212 polls, 3 votes and 33 feedback, taken over twice and validated.
INSERT INTO auth.users (id, email) SELECT md5('v1 user ' || n)::uuid, n || '@example.com' FROM generate_series(1, 19) n;
CREATE TABLE user_profiles (id uuid PRIMARY KEY, user_id uuid, username text, email text, bio text, is_active boolean, created_at timestamptz);
CREATE TABLE polls (
  id uuid PRIMARY KEY, title text, description text, options text[], created_by uuid, status text, privacy_level text, category text,
  tags text[], created_at timestamptz, end_time timestamptz
);
CREATE TABLE votes (id uuid PRIMARY KEY, poll_id uuid, user_id uuid, choice jsonb, created_at timestamptz);
CREATE TABLE feedback (id uuid PRIMARY KEY, user_id uuid, type text, title text, description text, sentiment text, status text, created_at timestamptz);
INSERT INTO user_profiles
SELECT md5('v1 profile ' || n)::uuid, md5('v1 user ' || n)::uuid, 'user' || n, n || '@example.com', 'Bio', n <> 19, '2025-01-01 00:00:00+00'
FROM generate_series(1, 19) n;
INSERT INTO polls
SELECT
  md5('v1 poll ' || n)::uuid,
  'Poll ' || n,
  'About #Parks and more',
  ARRAY['Yes', 'No', 'Later'],
  CASE WHEN n % 2 = 0 THEN md5('v1 user ' || 1 + n % 19)::uuid END,
  (ARRAY['active', 'closed', 'ended', 'draft'])[1 + n % 4],
  (ARRAY['public', 'private', 'low', NULL])[1 + n % 4],
  'Town',
  ARRAY['Budget', '#budget', 'Roads'],
  '2025-02-01 00:00:00+00',
  CASE WHEN n % 3 > 0 THEN timestamptz '2025-03-01 00:00:00+00' END
FROM generate_series(1, 212) n;
-- By place, by word, in a list; the second one after the end its poll says.
INSERT INTO votes VALUES
  (md5('v1 vote 1')::uuid, md5('v1 poll 1')::uuid, md5('v1 user 1')::uuid, '2', '2025-02-10 00:00:00+00'),
  (md5('v1 vote 2')::uuid, md5('v1 poll 1')::uuid, md5('v1 user 2')::uuid, '"Yes"', '2025-03-10 00:00:00+00'),
  (md5('v1 vote 3')::uuid, md5('v1 poll 2')::uuid, md5('v1 user 19')::uuid, '["No"]', '2025-02-12 00:00:00+00');
INSERT INTO feedback
SELECT md5('v1 feedback ' || n)::uuid, CASE WHEN n % 2 = 0 THEN md5('v1 user ' || 1 + n % 19)::uuid END,
  (ARRAY['bug', 'praise'])[1 + n % 2], 'Feedback ' || n, 'Text', (ARRAY['positive', 'negative', 'mixed'])[1 + n % 3], 'open', '2025-02-01 00:00:00+00'
FROM generate_series(1, 33) n;

DO $$
DECLARE
  v_told text;
BEGIN
  SELECT string_agg(m.source || ' ' || m.migrated, ', ') INTO v_told FROM migrate_from_v1() m;
  ASSERT v_told = 'user_profiles 19, polls 212, votes 3, feedback 33', v_told;
  SELECT string_agg(v."check" || ' ' || v.expected || '/' || v.actual, ', ') INTO v_told FROM validate_migration() v WHERE NOT v.ok;
  ASSERT v_told IS NULL, v_told;
  ASSERT (SELECT count(*) FROM validate_migration()) = 9;
  SELECT string_agg(m.source || ' ' || m.migrated, ', ') INTO v_told FROM migrate_from_v1() m;
  ASSERT v_told = 'user_profiles 0, polls 0, votes 0, feedback 0', v_told;
  SELECT string_agg(v.selected_options #>> '{}', ' ' ORDER BY v.created_at) INTO v_told FROM votes_v2 v;
  ASSERT v_told = '["Later"] ["No"] ["Yes"]', v_told;
  ASSERT (SELECT hashtags = '{budget,roads,parks}' AND primary_hashtag = 'budget' AND total_votes = 2 FROM polls_v2 WHERE title = 'Poll 1');
  ASSERT (SELECT count(*) FROM polls_v2 WHERE privacy_level = 'private') = 53;
  ASSERT (SELECT count(*) FROM feedback_v2 WHERE feedback_type = 'general' AND category = 'praise') = 17;
  ASSERT NOT EXISTS (SELECT FROM votes_v2_default);
  ASSERT (SELECT count(*) FROM audit_logs) = 19 + 212 + 3 + 33;
  -- What is not there is told.
  INSERT INTO votes VALUES (md5('v1 vote 4')::uuid, md5('v1 poll 2')::uuid, md5('v1 user 1')::uuid, '"Maybe"', '2025-02-12 00:00:00+00');
  PERFORM migrate_from_v1();
  SELECT string_agg(v."check" || ' ' || v.expected || '/' || v.actual, ', ') INTO v_told FROM validate_migration() v WHERE NOT v.ok;
  ASSERT v_told = 'votes are there 4/3, votes keep their poll and voter 4/3, votes are registered 4/3', v_told;
END
$$;
