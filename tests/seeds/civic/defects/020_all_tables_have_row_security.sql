-- seed-defects 1.0 #20: every table has row level security, and nobody forges the trail
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

DO $$
BEGIN
  IF NOT coalesce((SELECT bool_and(c.relrowsecurity) FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p')), false) THEN
    RAISE EXCEPTION 'defect: a table has no row level security';
  END IF;
END
$$;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
DO $$
BEGIN
  INSERT INTO audit_logs (table_name, record_id, operation) VALUES ('polls_v2', 'd0000000-0000-4000-8000-000000000001', 'DELETE');
  RAISE EXCEPTION 'defect: a user forged an entry of the trail';
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;
