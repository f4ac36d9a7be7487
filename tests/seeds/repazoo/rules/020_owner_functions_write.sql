-- seed-defects 1.4 #20: row level security is on for all tables, and definer functions of the owner still write for users
-- Two users, each with an account.
INSERT INTO auth.users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
INSERT INTO users (id, email)
VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '1001', 'a_writes', 'access a', 'refresh a', '2100-01-01 00:00:00+00', '{}');
SELECT insert_twitter_account('b0000000-0000-4000-8000-000000000001', '1002', 'b_writes', 'access b', 'refresh b', '2100-01-01 00:00:00+00', '{}');

DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(c.relrowsecurity)
      FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r'), false) THEN
    RAISE EXCEPTION 'defect: a table is open';
  END IF;
END
$$;
DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(NOT pg_has_role(r.name, c.relowner, 'MEMBER')) FROM pg_class c, (VALUES ('anon'),
    ('authenticated'),
    ('service_role')) r (name) WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r'), false) THEN
    RAISE EXCEPTION 'defect: an application role owns a table and is not bound';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
SELECT consume_quota('/x') IS NULL;
DELETE FROM twitter_accounts;
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1 FROM audit_log WHERE action = 'OAUTH_DISCONNECT'), false) THEN
    RAISE EXCEPTION 'defect: the trail does not tell of it';
  END IF;
END
$$;
RESET ROLE;
SET LOCAL ROLE service_role;
SELECT set_config('request.jwt.claims', '{"role": "service_role"}', true);
SELECT insert_twitter_account('a0000000-0000-4000-8000-000000000001', '7', 'second', 'x', 'y', '2100-01-01 00:00:00+00', '{}');
DO $$
BEGIN
  IF NOT coalesce((SELECT count(id) = 2 FROM twitter_accounts), false) THEN
    RAISE EXCEPTION 'defect: the account is not there';
  END IF;
END
$$;
