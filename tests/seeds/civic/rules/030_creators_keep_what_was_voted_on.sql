-- Once there is a vote, hidden or not, its poll's creator changes nothing that voters read, and neither reopens nor unmakes the poll.
INSERT INTO auth.users (id, email)
SELECT ('a0000000-0000-4000-8000-00000000000' || n)::uuid, n || '@example.com' FROM generate_series(1, 2) n;
INSERT INTO polls_v2 (id, title, options, created_by, start_time, end_time, status)
SELECT ('d0000000-0000-4000-8000-00000000000' || n)::uuid, 'P' || n, '["yes", {"id": "no", "label": "No"}]', 'a0000000-0000-4000-8000-000000000001',
  now() - interval '9 days', now() + interval '9 days', 'active'
FROM generate_series(1, 4) n;
-- The vote in the first is hidden, the second is over, the third closed, and nobody has voted in the fourth.
INSERT INTO votes_v2 (poll_id, user_id, selected_options, created_at, is_active)
SELECT ('d0000000-0000-4000-8000-00000000000' || n)::uuid, 'a0000000-0000-4000-8000-000000000002', '["yes"]', now() - interval '3 days', n <> 1
FROM generate_series(1, 3) n;
UPDATE polls_v2 SET end_time = now() - interval '1 day' WHERE title = 'P2';

SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
UPDATE polls_v2 SET status = 'closed' WHERE title = 'P3';
DO $$
DECLARE
  v_change text;
BEGIN
  FOREACH v_change IN ARRAY ARRAY[
    'UPDATE polls_v2 SET title = ''Other'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET description = ''Other'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET options = ''["yes", {"id": "no", "label": "Yes!"}]'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET options = ''["no", "maybe"]'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET voting_method = ''multiple'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET status = ''draft'' WHERE title = ''P1''',
    'UPDATE polls_v2 SET end_time = now() + interval ''1 day'' WHERE title = ''P2''',
    'UPDATE polls_v2 SET status = ''paused'' WHERE title = ''P2''',
    'UPDATE polls_v2 SET status = ''active'' WHERE title = ''P3''',
    'UPDATE polls_v2 SET end_time = now() + interval ''20 days'' WHERE title = ''P3'''
  ] LOOP
    BEGIN
      EXECUTE v_change;
      RAISE 'accepted: %', v_change;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
    END;
  END LOOP;
  -- What is left to them.
  UPDATE polls_v2 SET title = title, category = 'Town', end_time = now() + interval '20 days' WHERE title = 'P1';
  UPDATE polls_v2 SET status = 'closed' WHERE title = 'P2';
  UPDATE polls_v2 SET status = 'archived' WHERE title = 'P3';
  UPDATE polls_v2 SET title = 'New', options = '["a", "b"]', status = 'closed' WHERE title = 'P4';
  UPDATE polls_v2 SET status = 'active' WHERE title = 'New';
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
-- A draft with a hidden vote counts none and is still no draft to delete.
UPDATE polls_v2 SET status = 'draft' WHERE title = 'P1';
UPDATE polls_v2 SET moderation_data = '{}' WHERE title = 'P1';
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  DELETE FROM polls_v2 WHERE title = 'P1';
  RAISE 'a creator deleted a vote with its poll';
EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL;
END
$$;
