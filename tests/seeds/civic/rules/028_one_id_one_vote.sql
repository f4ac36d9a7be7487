-- The id of a vote is one vote's alone, and a change of several votes is counted vote by vote, whatever their ids.
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO polls_v2 (id, title, options, start_time, end_time, status)
SELECT ('d0000000-0000-4000-8000-00000000000' || n)::uuid, 'P' || n, '["yes", "no"]', now() - interval '9 days', now() + interval '9 days', 'active'
FROM generate_series(1, 2) n;
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at) VALUES
  ('e0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', '["yes"]', now());

DO $$
BEGIN
  INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at)
  VALUES ('e0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', '["yes"]',
    now() - interval '1 day');
  RAISE 'two votes have one id';
EXCEPTION WHEN unique_violation THEN NULL;
END
$$;
SELECT set_config('request.jwt.claims', '{"sub": "b0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SET LOCAL ROLE authenticated;
DO $$
BEGIN
  INSERT INTO votes_v2 (id, poll_id, user_id, selected_options)
  VALUES (gen_random_uuid(), 'd0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', '["yes"]');
  RAISE 'a voter chose the id of the vote';
EXCEPTION WHEN insufficient_privilege THEN NULL;
END
$$;
RESET ROLE;
SELECT set_config('request.jwt.claims', '', true);
-- As if they had come past the registry.
ALTER TABLE vote_registry DROP CONSTRAINT vote_registry_vote_id_key;
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at)
VALUES ('e0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001', '["yes"]',
  now() - interval '1 day');
UPDATE votes_v2 SET selected_options = '["no"]';
DO $$
DECLARE
  v_told text;
BEGIN
  SELECT string_agg(p.title || ' ' || p.total_votes || ' ' || t.option_id || t.votes, ', ' ORDER BY p.title, t.option_id) INTO v_told
  FROM polls_v2 p
  JOIN poll_tallies t ON t.poll_id = p.id;
  ASSERT v_told = 'P1 1 no1, P1 1 yes0, P2 1 no1, P2 1 yes0', v_told;
  ASSERT (SELECT count(*) FROM audit_logs WHERE table_name = 'votes_v2' AND operation = 'UPDATE') = 2;
END
$$;
