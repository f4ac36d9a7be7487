-- seed-defects 1.2 #1: keys fill themselves with what every server has

-- on the seed:
DROP TABLE attachments CASCADE;
CREATE TABLE attachments (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  entity_type TEXT NOT NULL CHECK (entity_type IN ('email', 'note', 'task', 'deal', 'lead')),
  entity_id UUID NOT NULL,
  filename TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  file_size BIGINT NOT NULL,
  storage_provider TEXT NOT NULL DEFAULT 'supabase',
  storage_path TEXT NOT NULL,
  storage_url TEXT,
  uploaded_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);
-- on ours:
DO $$
DECLARE
  v_wrong text;
BEGIN
  SELECT string_agg(format('%s.id is %s', c.relname, coalesce(pg_get_expr(d.adbin, d.adrelid), 'not filled')), ', ') INTO v_wrong
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND c.relname IN ('leads', 'tasks', 'notes', 'deals', 'activities', 'email_threads', 'email_messages', 'attachments')
    AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM 'gen_random_uuid()';
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'defect: %', v_wrong;
  END IF;
END
$$;
