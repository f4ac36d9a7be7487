-- seed-defects 1.4 #22: a token that is missing is refused, and the error shows none of the others
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

SET LOCAL ROLE service_role;
SELECT set_config('request.jwt.claims', '{"role": "service_role"}', true);
DO $$
DECLARE
  v_call text;
  v_detail text;
BEGIN
  FOREACH v_call IN ARRAY ARRAY[
    $c$SELECT update_twitter_tokens((SELECT id FROM twitter_accounts WHERE twitter_user_id = '1001'), 'known', NULL, now())$c$,
    $c$SELECT update_twitter_tokens((SELECT id FROM twitter_accounts WHERE twitter_user_id = '1001'), 'known', 'known', NULL)$c$,
    $c$SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1003', 'a', NULL, 'known', now(), '{}')$c$,
    $c$SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1003', NULL, 'known', 'known', now(), '{}')$c$
  ] LOOP
    BEGIN
      EXECUTE v_call;
      RAISE EXCEPTION 'defect: nothing was refused';
    EXCEPTION WHEN null_value_not_allowed OR not_null_violation THEN
      GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
      IF v_detail <> '' THEN
        RAISE EXCEPTION 'defect: the error shows the row: %', v_detail;
      END IF;
    END;
  END LOOP;
END
$$;
