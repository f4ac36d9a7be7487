/*---
title    = "Tables and columns as the system expects them"
severity = "error"
category = "schema"
about    = "schema"
why      = "Panes, counters and restores name these columns; where one is missing or of another type they fail, or do the wrong thing."
---*/
-- Columns of your own are no finding, but for a deleted_at where the system does not look for one.
WITH expected (name, columns) AS (VALUES
  ('activities', $$
    id uuid, org_id uuid, activity_type text, entity_type text, entity_id uuid, lead_id uuid, user_id uuid, description text,
    metadata jsonb, changes jsonb, created_at timestamptz, deleted_at timestamptz
  $$),
  ('attachments', $$
    id uuid, org_id uuid, entity_type text, entity_id uuid, filename text, mime_type text, file_size bigint,
    storage_provider text, storage_path text, storage_url text, uploaded_by uuid, created_at timestamptz, deleted_at timestamptz
  $$),
  ('deals', $$
    id uuid, org_id uuid, lead_id uuid, title text, stage text, value numeric(15,2), probability integer,
    expected_close_date date, weighted_value numeric(15,2), created_at timestamptz, updated_at timestamptz,
    deleted_at timestamptz
  $$),
  ('email_messages', $$
    id uuid, org_id uuid, thread_id uuid, message_id text, from_email text, from_name text, to_emails text[], cc_emails text[],
    bcc_emails text[], subject text, body_text text, body_html text, is_from_me boolean, has_attachments boolean,
    attachment_count integer, sentiment text, sent_at timestamptz, received_at timestamptz, search_vector tsvector,
    created_at timestamptz, deleted_at timestamptz
  $$),
  ('email_threads', $$
    id uuid, org_id uuid, thread_id text, provider text, subject text, snippet text, lead_id uuid, participants text[],
    labels text[], is_read boolean, is_starred boolean, is_important boolean, last_message_at timestamptz,
    created_at timestamptz, updated_at timestamptz, deleted_at timestamptz
  $$),
  ('leads', $$
    id uuid, org_id uuid, name text, email text, phone text, company text, status text, sentiment text, source text[],
    notes text, notes_count integer, tasks_count integer, open_tasks_count integer, emails_count integer,
    last_activity_at timestamptz, search_vector tsvector, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz
  $$),
  ('notes', $$
    id uuid, org_id uuid, lead_id uuid, content text, created_by uuid, search_vector tsvector, created_at timestamptz,
    updated_at timestamptz, deleted_at timestamptz
  $$),
  ('organizations', $$
    id uuid, name text, slug text, settings jsonb, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz
  $$),
  ('tasks', $$
    id uuid, org_id uuid, lead_id uuid, title text, description text, status text, priority text, due_date timestamptz,
    assigned_to uuid, is_recurring boolean, recurrence_rule jsonb, created_at timestamptz, updated_at timestamptz,
    deleted_at timestamptz
  $$),
  ('user_orgs', $$
    user_id uuid, org_id uuid, role text, created_at timestamptz
  $$),
  ('users', $$
    id uuid, email text, full_name text, avatar_url text, metadata jsonb, created_at timestamptz, updated_at timestamptz,
    deleted_at timestamptz
  $$)
),
columns AS (
  SELECT
    e.name,
    split_part(btrim(c.says, E' \n'), ' ', 1) AS attname,
    replace(regexp_replace(btrim(c.says, E' \n'), '^\S+ ', ''), 'timestamptz', 'timestamp with time zone') AS type
  FROM expected e
  -- The comma inside numeric(15,2) has no blank behind it.
  CROSS JOIN LATERAL regexp_split_to_table(e.columns, ',\s+') c (says)
),
standing AS (
  SELECT
    c.relname AS name,
    a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema())) AND c.relkind IN ('r', 'p')
),
amiss AS (
  SELECT
    c.name,
    CASE
      WHEN NOT EXISTS (SELECT FROM standing t WHERE t.name = c.name) THEN 'the table is missing'
      WHEN s.attname IS NULL THEN format('%s is missing', c.attname)
      ELSE format('%s is %s, not %s', c.attname, s.type, c.type)
    END AS says
  FROM columns c
  LEFT JOIN standing s ON s.name = c.name AND s.attname = c.attname
  WHERE s.type IS DISTINCT FROM c.type
  UNION
  SELECT
    s.name,
    'it has a deleted_at that nothing of the system reads'
  FROM standing s
  JOIN expected e ON e.name = s.name
  WHERE s.attname = 'deleted_at' AND NOT EXISTS (SELECT FROM columns c WHERE c.name = s.name AND c.attname = s.attname)
)
SELECT
  current_schema() || '.' || a.name AS object,
  string_agg(a.says, ', ' ORDER BY a.says) AS detail,
  'Bring the table back to what the migrations of the system make, or adapt its manifest' AS fix,
  count(*) AS weight
FROM amiss a
GROUP BY a.name
/*--- plant
-- finds: crm.leads
-- finds: crm.attachments
-- finds: crm.user_orgs
ALTER TABLE leads RENAME COLUMN phone TO telephone;
ALTER TABLE attachments ALTER COLUMN file_size TYPE numeric;
ALTER TABLE user_orgs ADD COLUMN deleted_at timestamptz;
ALTER TABLE notes ADD COLUMN of_our_own text;
---*/
