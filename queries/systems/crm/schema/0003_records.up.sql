-- Leads and what hangs on them. Columns that the seed adds in later steps stand here from the start, so nothing can be
-- used before it exists (seed-defects 1.2 #3, #4). Lists of values are NOT NULL: a CHECK lets NULL pass.
--
-- Indexes keep the seed's names. Its "WHERE deleted_at IS NULL" stays where only lists of live rows read the index. It is
-- dropped from those that also answer a foreign key: deleting the parent looks for deleted rows too and cannot use a partial one.

CREATE TABLE leads (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  email text,
  phone text,
  company text,
  status text NOT NULL DEFAULT 'new'
    CHECK (status IN ('new', 'contacted', 'replied', 'meeting_scheduled', 'closed', 'lost')),
  sentiment text NOT NULL DEFAULT 'neutral' CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  source text[] NOT NULL DEFAULT '{}',
  notes text,
  notes_count integer NOT NULL DEFAULT 0,
  tasks_count integer NOT NULL DEFAULT 0,
  open_tasks_count integer NOT NULL DEFAULT 0,
  emails_count integer NOT NULL DEFAULT 0,
  last_activity_at timestamptz,
  search_vector tsvector,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  -- Lets the children refer to (org_id, id), so that none can point into another organization (seed-defects 1.2 #28).
  CONSTRAINT leads_org_id_id_key UNIQUE (org_id, id),
  -- The seed's pattern, plus apostrophes and punycode domains, minus misplaced dots and hyphens (seed-defects 1.2 #44).
  CONSTRAINT valid_email CHECK (
    email ~* '^[A-Za-z0-9._%+''-]+@[A-Za-z0-9.-]+\.([A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$'
    AND email !~ '(\.\.|^\.|\.@|@[.-]|-\.)'
    AND length(email) <= 320
  )
) WITH (fillfactor = 90); -- counters rewrite the row; room on the page keeps the indexes out of it

COMMENT ON COLUMN leads.deleted_at IS 'When the record was soft-deleted; NULL = live.';
COMMENT ON COLUMN leads.emails_count IS 'Live messages in live threads of the lead, not threads.';
COMMENT ON COLUMN leads.open_tasks_count IS 'Live tasks that are neither completed nor cancelled.';

CREATE INDEX idx_leads_org_id ON leads (org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_status ON leads (status) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_email ON leads (email) WHERE deleted_at IS NULL;
-- id is added to the seed's index: the keyset list needs an order without ties.
CREATE INDEX idx_leads_created_at ON leads (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_source_gin ON leads USING gin (source) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_org_status_created ON leads (org_id, status, created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_org_sentiment ON leads (org_id, sentiment) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_search ON leads USING gin (search_vector) WHERE deleted_at IS NULL;
-- Ours: one tenant's page of the list; the address an e-mail is matched by (seed-defects 1.2 #9); the trash, which reads
-- nothing but this index until it knows which rows are on the screen.
CREATE INDEX idx_leads_org_created ON leads (org_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_org_lower_email ON leads (org_id, lower(email)) WHERE deleted_at IS NULL;
-- Somebody who calls is known by the digits of the number only. Deleted leads too: it is they who call.
CREATE INDEX idx_leads_phone_digits ON leads (regexp_replace(phone, '[^0-9]', '', 'g')) WHERE phone IS NOT NULL;
CREATE INDEX idx_leads_deleted ON leads (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- The keys from tasks and deals to leads are in 0007: their syntax depends on the server version.
CREATE TABLE tasks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  lead_id uuid,
  title text NOT NULL,
  description text,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  due_date timestamptz,
  assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
  is_recurring boolean NOT NULL DEFAULT false,
  recurrence_rule jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
COMMENT ON COLUMN tasks.deleted_at IS 'When the record was soft-deleted; NULL = live.';
COMMENT ON COLUMN tasks.recurrence_rule IS 'iCalendar RRULE as an object.';

CREATE INDEX idx_tasks_org_id ON tasks (org_id);
CREATE INDEX idx_tasks_lead_id ON tasks (lead_id, org_id) WHERE lead_id IS NOT NULL;
CREATE INDEX idx_tasks_assigned_to ON tasks (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX idx_tasks_status ON tasks (status) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_due_date ON tasks (due_date) WHERE deleted_at IS NULL AND status <> 'completed';
CREATE INDEX idx_tasks_org_status_due ON tasks (org_id, status, due_date) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_assigned_status ON tasks (assigned_to, status) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_deleted ON tasks (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

CREATE TABLE notes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  lead_id uuid NOT NULL,
  content text NOT NULL,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  search_vector tsvector,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT notes_lead_same_org FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN notes.deleted_at IS 'When the record was soft-deleted; NULL = live.';

CREATE INDEX idx_notes_org_id ON notes (org_id);
CREATE INDEX idx_notes_lead_id ON notes (lead_id, org_id);
CREATE INDEX idx_notes_created_by ON notes (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX idx_notes_created_at ON notes (created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_notes_search ON notes USING gin (search_vector) WHERE deleted_at IS NULL;
-- Ours: the newest notes of a tenant, for the search.
CREATE INDEX idx_notes_org_created ON notes (org_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_notes_deleted ON notes (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

CREATE TABLE deals (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  lead_id uuid,
  title text NOT NULL,
  stage text NOT NULL DEFAULT 'lead'
    CHECK (stage IN ('lead', 'qualified', 'proposal', 'negotiation', 'closed_won', 'closed_lost')),
  value numeric(15, 2) NOT NULL DEFAULT 0,
  -- A percentage (seed-defects 1.2 #39).
  probability integer NOT NULL DEFAULT 0 CHECK (probability BETWEEN 0 AND 100),
  expected_close_date date,
  weighted_value numeric(15, 2) GENERATED ALWAYS AS (value * probability / 100) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
COMMENT ON COLUMN deals.deleted_at IS 'When the record was soft-deleted; NULL = live.';

CREATE INDEX idx_deals_org_id ON deals (org_id);
CREATE INDEX idx_deals_lead_id ON deals (lead_id, org_id) WHERE lead_id IS NOT NULL;
CREATE INDEX idx_deals_stage ON deals (stage) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_expected_close_date ON deals (expected_close_date) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_org_stage_close ON deals (org_id, stage, expected_close_date) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_deleted ON deals (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- Only a change of what people enter counts as an update: neither counters nor deletion (seed-defects 1.2 #19).
CREATE TRIGGER update_leads_updated_at
BEFORE UPDATE ON leads
FOR EACH ROW
WHEN ((OLD.name, OLD.email, OLD.phone, OLD.company, OLD.status, OLD.sentiment, OLD.source, OLD.notes)
  IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.company, NEW.status, NEW.sentiment, NEW.source, NEW.notes))
EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_tasks_updated_at
BEFORE UPDATE ON tasks
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.title, OLD.description, OLD.status, OLD.priority, OLD.due_date, OLD.assigned_to, OLD.is_recurring, OLD.recurrence_rule)
  IS DISTINCT FROM (NEW.lead_id, NEW.title, NEW.description, NEW.status, NEW.priority, NEW.due_date, NEW.assigned_to, NEW.is_recurring, NEW.recurrence_rule))
EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_notes_updated_at
BEFORE UPDATE ON notes
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.content) IS DISTINCT FROM (NEW.lead_id, NEW.content))
EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_deals_updated_at
BEFORE UPDATE ON deals
FOR EACH ROW
WHEN ((OLD.lead_id, OLD.title, OLD.stage, OLD.value, OLD.probability, OLD.expected_close_date)
  IS DISTINCT FROM (NEW.lead_id, NEW.title, NEW.stage, NEW.value, NEW.probability, NEW.expected_close_date))
EXECUTE FUNCTION update_updated_at_column();
