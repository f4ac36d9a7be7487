-- seed-defects 1.2 #2: the tables the others refer to are part of the system

-- on the seed:
-- Where none of them is presupposed.
CREATE SCHEMA defect_bare;
SET LOCAL search_path = defect_bare, pg_temp;
CREATE TABLE email_threads (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  thread_id TEXT NOT NULL,
  lead_id UUID REFERENCES leads(id) ON DELETE SET NULL
);
-- on ours:
DO $$
DECLARE
  v_name text;
BEGIN
  FOREACH v_name IN ARRAY ARRAY['users', 'organizations', 'user_orgs', 'leads', 'tasks', 'notes', 'deals'] LOOP
    IF to_regclass(quote_ident(current_schema()) || '.' || v_name) IS NULL THEN
      RAISE EXCEPTION 'defect: there is no table %', v_name;
    END IF;
  END LOOP;
END
$$;
