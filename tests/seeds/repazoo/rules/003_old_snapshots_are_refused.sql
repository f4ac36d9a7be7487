-- seed-defects 1.4 #3, #9: what waits for a lock refuses a transaction whose snapshot is older than the lock

SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
INSERT INTO auth.users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');
INSERT INTO users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');
DO $$
DECLARE
  v_call text;
BEGIN
  FOREACH v_call IN ARRAY ARRAY[
    $c$SELECT encrypt_token('x')$c$,
    $c$SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1', 'a', 'x', 'y', now(), '{}')$c$,
    $c$SELECT rotate_encryption_key()$c$,
    $c$SELECT consume_quota('/x', for_user => 'a0000000-0000-4000-8000-000000000001')$c$
  ] LOOP
    BEGIN
      EXECUTE v_call;
      RAISE EXCEPTION 'defect: it went on with an old snapshot: %', v_call;
    EXCEPTION WHEN invalid_transaction_state THEN
      NULL;
    END;
  END LOOP;
END
$$;
