-- The CRM redesign document's own SQL in working order, as a fixture: every file in defects/ has to fail on it.
-- Run it with search_path set to an empty schema. Added are the things it presupposes: the stand-in for auth, the base
-- tables, update_updated_at_column() and the grants of a Supabase database. uuid_generate_v4() became gen_random_uuid(), and
-- each object is taken from one of the places that define it. Its mistakes are kept.

DO $$
BEGIN
  IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF;
  IF to_regrole('authenticated') IS NULL THEN CREATE ROLE authenticated NOLOGIN; END IF;
  IF to_regrole('service_role') IS NULL THEN CREATE ROLE service_role NOLOGIN BYPASSRLS; END IF;
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text);
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
      $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $f$;
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $f$ SELECT auth.jwt() ->> 'role' $f$;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;
END
$$;

CREATE TABLE users (
  id uuid PRIMARY KEY REFERENCES auth.users(id) ON DELETE CASCADE, email text NOT NULL, full_name text, avatar_url text,
  metadata jsonb DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text NOT NULL UNIQUE, settings jsonb DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz
);
CREATE TABLE user_orgs (
  user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE, org_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')), created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, org_id)
);
CREATE TABLE leads (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  name text NOT NULL, email text, phone text, company text,
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'contacted', 'replied', 'meeting_scheduled', 'closed', 'lost')),
  sentiment text DEFAULT 'neutral' CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  source text[] DEFAULT '{}', notes text, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE tasks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  lead_id uuid REFERENCES leads(id) ON DELETE SET NULL, title text NOT NULL, description text,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  priority text DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')), due_date timestamptz,
  assigned_to uuid REFERENCES users(id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE notes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  lead_id uuid NOT NULL REFERENCES leads(id) ON DELETE CASCADE, content text NOT NULL,
  created_by uuid REFERENCES users(id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE deals (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  lead_id uuid REFERENCES leads(id) ON DELETE SET NULL, title text NOT NULL,
  stage text NOT NULL DEFAULT 'lead' CHECK (stage IN ('lead', 'qualified', 'proposal', 'negotiation', 'closed_won', 'closed_lost')),
  value numeric(15,2) DEFAULT 0, probability integer DEFAULT 0, expected_close_date date,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TRIGGER update_leads_updated_at BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
CREATE POLICY p_all_leads ON leads USING (org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid()));
CREATE POLICY p_all_tasks ON tasks USING (org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid()));
CREATE POLICY p_all_notes ON notes USING (org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid()));
CREATE POLICY p_all_deals ON deals USING (org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid()));

-- Step 2
-- Add soft delete columns to all entity tables
ALTER TABLE leads ADD COLUMN IF NOT EXISTS deleted_at TIMESTAMPTZ;
ALTER TABLE tasks ADD COLUMN IF NOT EXISTS deleted_at TIMESTAMPTZ;
ALTER TABLE notes ADD COLUMN IF NOT EXISTS deleted_at TIMESTAMPTZ;
ALTER TABLE deals ADD COLUMN IF NOT EXISTS deleted_at TIMESTAMPTZ;

-- Add comment for documentation
COMMENT ON COLUMN leads.deleted_at IS 'Timestamp when record was soft-deleted. NULL = active record.';
COMMENT ON COLUMN tasks.deleted_at IS 'Timestamp when record was soft-deleted. NULL = active record.';
COMMENT ON COLUMN notes.deleted_at IS 'Timestamp when record was soft-deleted. NULL = active record.';
COMMENT ON COLUMN deals.deleted_at IS 'Timestamp when record was soft-deleted. NULL = active record.';

-- Step 3
-- Add search vector columns
ALTER TABLE leads ADD COLUMN IF NOT EXISTS search_vector tsvector;
ALTER TABLE notes ADD COLUMN IF NOT EXISTS search_vector tsvector;

-- Create update functions
CREATE OR REPLACE FUNCTION leads_search_vector_update()
RETURNS TRIGGER AS $$
BEGIN
  NEW.search_vector :=
    setweight(to_tsvector('english', coalesce(NEW.name, '')), 'A') ||
    setweight(to_tsvector('english', coalesce(NEW.email, '')), 'A') ||
    setweight(to_tsvector('english', coalesce(NEW.company, '')), 'B') ||
    setweight(to_tsvector('english', coalesce(NEW.notes, '')), 'C');
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION notes_search_vector_update()
RETURNS TRIGGER AS $$
BEGIN
  NEW.search_vector := to_tsvector('english', coalesce(NEW.content, ''));
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

-- Create triggers
DROP TRIGGER IF EXISTS leads_search_update ON leads;
CREATE TRIGGER leads_search_update
  BEFORE INSERT OR UPDATE ON leads
  FOR EACH ROW
  EXECUTE FUNCTION leads_search_vector_update();

DROP TRIGGER IF EXISTS notes_search_update ON notes;
CREATE TRIGGER notes_search_update
  BEFORE INSERT OR UPDATE ON notes
  FOR EACH ROW
  EXECUTE FUNCTION notes_search_vector_update();

-- Backfill existing data (run in batches to avoid long locks)
UPDATE leads SET search_vector =
  setweight(to_tsvector('english', coalesce(name, '')), 'A') ||
  setweight(to_tsvector('english', coalesce(email, '')), 'A') ||
  setweight(to_tsvector('english', coalesce(company, '')), 'B') ||
  setweight(to_tsvector('english', coalesce(notes, '')), 'C');

UPDATE notes SET search_vector = to_tsvector('english', coalesce(content, ''));

-- Create GIN indexes (this may take time on large tables)
CREATE INDEX IF NOT EXISTS idx_leads_search ON leads USING GIN(search_vector) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_notes_search ON notes USING GIN(search_vector) WHERE deleted_at IS NULL;

-- Step 4
-- Add counter columns to leads
ALTER TABLE leads ADD COLUMN IF NOT EXISTS notes_count INTEGER DEFAULT 0;
ALTER TABLE leads ADD COLUMN IF NOT EXISTS tasks_count INTEGER DEFAULT 0;
ALTER TABLE leads ADD COLUMN IF NOT EXISTS open_tasks_count INTEGER DEFAULT 0;
ALTER TABLE leads ADD COLUMN IF NOT EXISTS emails_count INTEGER DEFAULT 0;
ALTER TABLE leads ADD COLUMN IF NOT EXISTS last_activity_at TIMESTAMPTZ;

-- Backfill counters (this may take time on large tables)
UPDATE leads l SET
  notes_count = COALESCE((SELECT COUNT(*) FROM notes WHERE lead_id = l.id), 0),
  tasks_count = COALESCE((SELECT COUNT(*) FROM tasks WHERE lead_id = l.id), 0),
  open_tasks_count = COALESCE((SELECT COUNT(*) FROM tasks WHERE lead_id = l.id AND status != 'completed'), 0),
  last_activity_at = GREATEST(
    l.updated_at,
    COALESCE((SELECT MAX(created_at) FROM notes WHERE lead_id = l.id), l.updated_at),
    COALESCE((SELECT MAX(created_at) FROM tasks WHERE lead_id = l.id), l.updated_at)
  );

-- Create trigger function to maintain counters
CREATE OR REPLACE FUNCTION update_lead_counters()
RETURNS TRIGGER AS $$
BEGIN
  -- Update notes count
  IF TG_TABLE_NAME = 'notes' THEN
    IF TG_OP = 'INSERT' AND NEW.lead_id IS NOT NULL THEN
      UPDATE leads SET notes_count = notes_count + 1, last_activity_at = NOW()
      WHERE id = NEW.lead_id;
    ELSIF TG_OP = 'DELETE' AND OLD.lead_id IS NOT NULL THEN
      UPDATE leads SET notes_count = GREATEST(0, notes_count - 1)
      WHERE id = OLD.lead_id;
    END IF;
  END IF;

  -- Update tasks count
  IF TG_TABLE_NAME = 'tasks' THEN
    IF TG_OP = 'INSERT' AND NEW.lead_id IS NOT NULL THEN
      UPDATE leads SET
        tasks_count = tasks_count + 1,
        open_tasks_count = CASE WHEN NEW.status != 'completed' THEN open_tasks_count + 1 ELSE open_tasks_count END,
        last_activity_at = NOW()
      WHERE id = NEW.lead_id;
    ELSIF TG_OP = 'UPDATE' AND NEW.lead_id IS NOT NULL THEN
      -- Handle status change
      IF OLD.status != 'completed' AND NEW.status = 'completed' THEN
        UPDATE leads SET open_tasks_count = GREATEST(0, open_tasks_count - 1), last_activity_at = NOW()
        WHERE id = NEW.lead_id;
      ELSIF OLD.status = 'completed' AND NEW.status != 'completed' THEN
        UPDATE leads SET open_tasks_count = open_tasks_count + 1, last_activity_at = NOW()
        WHERE id = NEW.lead_id;
      END IF;
    ELSIF TG_OP = 'DELETE' AND OLD.lead_id IS NOT NULL THEN
      UPDATE leads SET
        tasks_count = GREATEST(0, tasks_count - 1),
        open_tasks_count = CASE WHEN OLD.status != 'completed' THEN GREATEST(0, open_tasks_count - 1) ELSE open_tasks_count END
      WHERE id = OLD.lead_id;
    END IF;
  END IF;

  RETURN COALESCE(NEW, OLD);
END;
$$ LANGUAGE plpgsql;

-- Create triggers
DROP TRIGGER IF EXISTS update_lead_notes_count ON notes;
CREATE TRIGGER update_lead_notes_count
  AFTER INSERT OR DELETE ON notes
  FOR EACH ROW
  EXECUTE FUNCTION update_lead_counters();

DROP TRIGGER IF EXISTS update_lead_tasks_count ON tasks;
CREATE TRIGGER update_lead_tasks_count
  AFTER INSERT OR UPDATE OR DELETE ON tasks
  FOR EACH ROW
  EXECUTE FUNCTION update_lead_counters();

-- Step 5
-- Create activities table
CREATE TABLE IF NOT EXISTS activities (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,

  -- Activity details
  activity_type TEXT NOT NULL CHECK (activity_type IN (
    'lead_created', 'lead_updated', 'lead_status_changed', 'lead_deleted',
    'note_created', 'note_updated', 'note_deleted',
    'task_created', 'task_updated', 'task_completed', 'task_deleted',
    'deal_created', 'deal_updated', 'deal_stage_changed', 'deal_deleted',
    'email_sent', 'email_received', 'email_replied',
    'call_logged', 'meeting_scheduled', 'meeting_completed',
    'file_uploaded', 'file_deleted',
    'user_invited', 'user_removed',
    'integration_connected', 'integration_error'
  )),

  -- Polymorphic relationship
  entity_type TEXT CHECK (entity_type IN ('lead', 'task', 'note', 'deal', 'email', 'user', 'organization')),
  entity_id UUID,

  -- Related lead (denormalized for easy filtering)
  lead_id UUID REFERENCES leads(id) ON DELETE SET NULL,

  -- Actor
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,

  -- Activity metadata
  description TEXT NOT NULL,
  metadata JSONB DEFAULT '{}',

  -- Changes tracking (before/after states)
  changes JSONB DEFAULT '{}',

  -- Timestamps
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),

  -- Soft delete
  deleted_at TIMESTAMPTZ
);

-- Create indexes
CREATE INDEX idx_activities_org_id ON activities(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_lead_id ON activities(lead_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_user_id ON activities(user_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_entity ON activities(entity_type, entity_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_type ON activities(activity_type) WHERE deleted_at IS NULL;
CREATE INDEX idx_activities_created_at ON activities(created_at DESC) WHERE deleted_at IS NULL;

-- Composite index for common queries (org + lead timeline)
CREATE INDEX idx_activities_org_lead_created ON activities(org_id, lead_id, created_at DESC) WHERE deleted_at IS NULL;

-- RLS Policies
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view activities from their organizations" ON activities;
CREATE POLICY "Users can view activities from their organizations" ON activities
  FOR SELECT USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can create activities in their organizations" ON activities;
CREATE POLICY "Users can create activities in their organizations" ON activities
  FOR INSERT WITH CHECK (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

-- Generic activity logger function
CREATE OR REPLACE FUNCTION log_activity(
  p_org_id UUID,
  p_activity_type TEXT,
  p_entity_type TEXT,
  p_entity_id UUID,
  p_lead_id UUID,
  p_description TEXT,
  p_changes JSONB DEFAULT '{}'
)
RETURNS UUID AS $$
DECLARE
  activity_id UUID;
BEGIN
  INSERT INTO activities (
    org_id,
    activity_type,
    entity_type,
    entity_id,
    lead_id,
    user_id,
    description,
    changes
  ) VALUES (
    p_org_id,
    p_activity_type,
    p_entity_type,
    p_entity_id,
    p_lead_id,
    auth.uid(),
    p_description,
    p_changes
  ) RETURNING id INTO activity_id;

  -- Update lead's last_activity_at
  IF p_lead_id IS NOT NULL THEN
    UPDATE leads SET last_activity_at = NOW() WHERE id = p_lead_id;
  END IF;

  RETURN activity_id;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

-- Grant execute permission
GRANT EXECUTE ON FUNCTION log_activity TO authenticated;

-- Trigger for lead status changes
CREATE OR REPLACE FUNCTION log_lead_status_change()
RETURNS TRIGGER AS $$
BEGIN
  IF OLD.status IS DISTINCT FROM NEW.status THEN
    PERFORM log_activity(
      NEW.org_id,
      'lead_status_changed',
      'lead',
      NEW.id,
      NEW.id,
      format('Status changed from %s to %s', OLD.status, NEW.status),
      jsonb_build_object(
        'old_status', OLD.status,
        'new_status', NEW.status
      )
    );
  END IF;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS lead_status_change_activity ON leads;
CREATE TRIGGER lead_status_change_activity
  AFTER UPDATE ON leads
  FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION log_lead_status_change();

-- Trigger for task completion
CREATE OR REPLACE FUNCTION log_task_completion()
RETURNS TRIGGER AS $$
BEGIN
  IF OLD.status != 'completed' AND NEW.status = 'completed' THEN
    PERFORM log_activity(
      NEW.org_id,
      'task_completed',
      'task',
      NEW.id,
      NEW.lead_id,
      format('Task completed: %s', NEW.title),
      jsonb_build_object(
        'task_id', NEW.id,
        'task_title', NEW.title
      )
    );
  END IF;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS task_completion_activity ON tasks;
CREATE TRIGGER task_completion_activity
  AFTER UPDATE ON tasks
  FOR EACH ROW
  WHEN (OLD.status != 'completed' AND NEW.status = 'completed')
  EXECUTE FUNCTION log_task_completion();

-- Trigger for deal stage changes
CREATE OR REPLACE FUNCTION log_deal_stage_change()
RETURNS TRIGGER AS $$
BEGIN
  IF OLD.stage IS DISTINCT FROM NEW.stage THEN
    PERFORM log_activity(
      NEW.org_id,
      'deal_stage_changed',
      'deal',
      NEW.id,
      NEW.lead_id,
      format('Deal stage changed from %s to %s', OLD.stage, NEW.stage),
      jsonb_build_object(
        'old_stage', OLD.stage,
        'new_stage', NEW.stage,
        'deal_value', NEW.value
      )
    );
  END IF;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS deal_stage_change_activity ON deals;
CREATE TRIGGER deal_stage_change_activity
  AFTER UPDATE ON deals
  FOR EACH ROW
  WHEN (OLD.stage IS DISTINCT FROM NEW.stage)
  EXECUTE FUNCTION log_deal_stage_change();

-- Step 6
-- Create email_threads table
CREATE TABLE IF NOT EXISTS email_threads (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,

  -- Gmail/Email provider details
  thread_id TEXT NOT NULL,
  provider TEXT NOT NULL DEFAULT 'gmail' CHECK (provider IN ('gmail', 'outlook', 'other')),

  -- Thread metadata
  subject TEXT,
  snippet TEXT,

  -- Related lead (can be null if not yet linked)
  lead_id UUID REFERENCES leads(id) ON DELETE SET NULL,

  -- Participants (array of email addresses)
  participants TEXT[] NOT NULL DEFAULT '{}',

  -- Labels/tags
  labels TEXT[] DEFAULT '{}',

  -- Status
  is_read BOOLEAN DEFAULT false,
  is_starred BOOLEAN DEFAULT false,
  is_important BOOLEAN DEFAULT false,

  -- Timestamps
  last_message_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),

  -- Soft delete
  deleted_at TIMESTAMPTZ,

  -- Prevent duplicate threads per org
  CONSTRAINT unique_thread_per_org UNIQUE(org_id, provider, thread_id)
);

-- Create email_messages table
CREATE TABLE IF NOT EXISTS email_messages (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  thread_id UUID NOT NULL REFERENCES email_threads(id) ON DELETE CASCADE,

  -- Gmail/Email provider details
  message_id TEXT NOT NULL,

  -- Message details
  from_email TEXT NOT NULL,
  from_name TEXT,
  to_emails TEXT[] NOT NULL,
  cc_emails TEXT[] DEFAULT '{}',
  bcc_emails TEXT[] DEFAULT '{}',

  subject TEXT,
  body_text TEXT,
  body_html TEXT,

  -- Message metadata
  is_from_me BOOLEAN DEFAULT false,
  has_attachments BOOLEAN DEFAULT false,
  attachment_count INTEGER DEFAULT 0,

  -- Sentiment analysis (can be computed async)
  sentiment TEXT CHECK (sentiment IN ('positive', 'neutral', 'negative')),

  -- Timestamps
  sent_at TIMESTAMPTZ NOT NULL,
  received_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),

  -- Soft delete
  deleted_at TIMESTAMPTZ,

  -- Prevent duplicates
  CONSTRAINT unique_message_per_org UNIQUE(org_id, message_id)
);

-- Add search vector to email_messages
ALTER TABLE email_messages ADD COLUMN search_vector tsvector;

-- Create indexes for email_threads
CREATE INDEX idx_email_threads_org_id ON email_threads(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_lead_id ON email_threads(lead_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_last_message ON email_threads(last_message_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_participants_gin ON email_threads USING GIN(participants) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_labels_gin ON email_threads USING GIN(labels) WHERE deleted_at IS NULL;

-- Create indexes for email_messages
CREATE INDEX idx_email_messages_org_id ON email_messages(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_thread_id ON email_messages(thread_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_sent_at ON email_messages(sent_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_from ON email_messages(from_email) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_search ON email_messages USING GIN(search_vector) WHERE deleted_at IS NULL;

-- Create updated_at trigger for email_threads
DROP TRIGGER IF EXISTS update_email_threads_updated_at ON email_threads;
CREATE TRIGGER update_email_threads_updated_at
  BEFORE UPDATE ON email_threads
  FOR EACH ROW
  EXECUTE FUNCTION update_updated_at_column();

-- Create search vector trigger for email_messages
CREATE OR REPLACE FUNCTION email_messages_search_vector_update()
RETURNS TRIGGER AS $$
BEGIN
  NEW.search_vector :=
    setweight(to_tsvector('english', coalesce(NEW.subject, '')), 'A') ||
    setweight(to_tsvector('english', coalesce(NEW.body_text, '')), 'B') ||
    setweight(to_tsvector('english', coalesce(NEW.from_email, '')), 'C');
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS email_messages_search_update ON email_messages;
CREATE TRIGGER email_messages_search_update
  BEFORE INSERT OR UPDATE ON email_messages
  FOR EACH ROW
  EXECUTE FUNCTION email_messages_search_vector_update();

-- Auto-link email threads to leads by email address
CREATE OR REPLACE FUNCTION auto_link_email_to_lead()
RETURNS TRIGGER AS $$
DECLARE
  matched_lead_id UUID;
BEGIN
  -- Try to find lead by email in participants
  SELECT id INTO matched_lead_id
  FROM leads
  WHERE org_id = NEW.org_id
    AND email = ANY(NEW.participants)
    AND deleted_at IS NULL
  LIMIT 1;

  IF matched_lead_id IS NOT NULL AND NEW.lead_id IS NULL THEN
    NEW.lead_id := matched_lead_id;

    -- Update lead's email count and last activity
    UPDATE leads
    SET emails_count = emails_count + 1,
        last_activity_at = NOW()
    WHERE id = matched_lead_id;

    -- Log activity
    PERFORM log_activity(
      NEW.org_id,
      'email_received',
      'email_thread',
      NEW.id,
      matched_lead_id,
      format('Email thread: %s', NEW.subject),
      '{}'
    );
  END IF;

  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS auto_link_email_thread ON email_threads;
CREATE TRIGGER auto_link_email_thread
  BEFORE INSERT ON email_threads
  FOR EACH ROW
  EXECUTE FUNCTION auto_link_email_to_lead();

-- Update thread's last_message_at when message inserted
CREATE OR REPLACE FUNCTION update_thread_last_message()
RETURNS TRIGGER AS $$
BEGIN
  UPDATE email_threads
  SET last_message_at = NEW.sent_at,
      updated_at = NOW()
  WHERE id = NEW.thread_id;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS update_thread_timestamp ON email_messages;
CREATE TRIGGER update_thread_timestamp
  AFTER INSERT ON email_messages
  FOR EACH ROW
  EXECUTE FUNCTION update_thread_last_message();

-- RLS Policies for email_threads
ALTER TABLE email_threads ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view email threads from their organizations" ON email_threads;
CREATE POLICY "Users can view email threads from their organizations" ON email_threads
  FOR SELECT USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can insert email threads in their organizations" ON email_threads;
CREATE POLICY "Users can insert email threads in their organizations" ON email_threads
  FOR INSERT WITH CHECK (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can update email threads in their organizations" ON email_threads;
CREATE POLICY "Users can update email threads in their organizations" ON email_threads
  FOR UPDATE USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

-- RLS Policies for email_messages
ALTER TABLE email_messages ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view email messages from their organizations" ON email_messages;
CREATE POLICY "Users can view email messages from their organizations" ON email_messages
  FOR SELECT USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can insert email messages in their organizations" ON email_messages;
CREATE POLICY "Users can insert email messages in their organizations" ON email_messages
  FOR INSERT WITH CHECK (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can update email messages in their organizations" ON email_messages;
CREATE POLICY "Users can update email messages in their organizations" ON email_messages
  FOR UPDATE USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

-- Step 7
-- Create attachments table
CREATE TABLE IF NOT EXISTS attachments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,

  -- Polymorphic relationship
  entity_type TEXT NOT NULL CHECK (entity_type IN ('email', 'note', 'task', 'deal', 'lead')),
  entity_id UUID NOT NULL,

  -- File details
  filename TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  file_size BIGINT NOT NULL,

  -- Storage location
  storage_provider TEXT NOT NULL DEFAULT 'supabase',
  storage_path TEXT NOT NULL,
  storage_url TEXT,

  -- Upload metadata
  uploaded_by UUID REFERENCES users(id) ON DELETE SET NULL,

  -- Timestamps
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

-- Create indexes
CREATE INDEX idx_attachments_org_id ON attachments(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_attachments_entity ON attachments(entity_type, entity_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_attachments_uploaded_by ON attachments(uploaded_by) WHERE deleted_at IS NULL;
CREATE INDEX idx_attachments_created_at ON attachments(created_at DESC) WHERE deleted_at IS NULL;

-- RLS Policies
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view attachments from their organizations" ON attachments;
CREATE POLICY "Users can view attachments from their organizations" ON attachments
  FOR SELECT USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can insert attachments in their organizations" ON attachments;
CREATE POLICY "Users can insert attachments in their organizations" ON attachments
  FOR INSERT WITH CHECK (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
  );

DROP POLICY IF EXISTS "Users can delete their own attachments" ON attachments;
CREATE POLICY "Users can delete their own attachments" ON attachments
  FOR UPDATE USING (
    uploaded_by = auth.uid() OR
    org_id IN (
      SELECT org_id FROM user_orgs
      WHERE user_id = auth.uid()
      AND role IN ('owner', 'admin')
    )
  );

-- Trigger to log attachment uploads as activities
CREATE OR REPLACE FUNCTION log_attachment_activity()
RETURNS TRIGGER AS $$
DECLARE
  related_lead_id UUID;
BEGIN
  -- Try to find related lead
  IF NEW.entity_type = 'lead' THEN
    related_lead_id := NEW.entity_id;
  ELSIF NEW.entity_type = 'task' THEN
    SELECT lead_id INTO related_lead_id FROM tasks WHERE id = NEW.entity_id;
  ELSIF NEW.entity_type = 'note' THEN
    SELECT lead_id INTO related_lead_id FROM notes WHERE id = NEW.entity_id;
  ELSIF NEW.entity_type = 'deal' THEN
    SELECT lead_id INTO related_lead_id FROM deals WHERE id = NEW.entity_id;
  END IF;

  IF TG_OP = 'INSERT' THEN
    PERFORM log_activity(
      NEW.org_id,
      'file_uploaded',
      NEW.entity_type,
      NEW.entity_id,
      related_lead_id,
      format('Uploaded file: %s', NEW.filename),
      jsonb_build_object(
        'filename', NEW.filename,
        'file_size', NEW.file_size,
        'mime_type', NEW.mime_type
      )
    );
  END IF;

  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS attachment_activity_log ON attachments;
CREATE TRIGGER attachment_activity_log
  AFTER INSERT ON attachments
  FOR EACH ROW
  EXECUTE FUNCTION log_attachment_activity();

-- Step 8
-- Update leads indexes
DROP INDEX IF EXISTS idx_leads_org_id;
DROP INDEX IF EXISTS idx_leads_status;
DROP INDEX IF EXISTS idx_leads_email;
DROP INDEX IF EXISTS idx_leads_created_at;
DROP INDEX IF EXISTS idx_leads_source_gin;

CREATE INDEX idx_leads_org_id ON leads(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_status ON leads(status) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_email ON leads(email) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_created_at ON leads(created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_source_gin ON leads USING GIN(source) WHERE deleted_at IS NULL;

-- Add composite indexes for common queries
CREATE INDEX idx_leads_org_status_created ON leads(org_id, status, created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_org_sentiment ON leads(org_id, sentiment) WHERE deleted_at IS NULL;

-- Update tasks indexes
DROP INDEX IF EXISTS idx_tasks_org_id;
DROP INDEX IF EXISTS idx_tasks_lead_id;
DROP INDEX IF EXISTS idx_tasks_status;
DROP INDEX IF EXISTS idx_tasks_due_date;
DROP INDEX IF EXISTS idx_tasks_assigned_to;

CREATE INDEX idx_tasks_org_id ON tasks(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_lead_id ON tasks(lead_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_status ON tasks(status) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_due_date ON tasks(due_date) WHERE deleted_at IS NULL AND status != 'completed';
CREATE INDEX idx_tasks_assigned_to ON tasks(assigned_to) WHERE deleted_at IS NULL;

-- Add composite index for task lists
CREATE INDEX idx_tasks_org_status_due ON tasks(org_id, status, due_date) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_assigned_status ON tasks(assigned_to, status) WHERE deleted_at IS NULL;

-- Update notes indexes
DROP INDEX IF EXISTS idx_notes_lead_id;
DROP INDEX IF EXISTS idx_notes_org_id;
DROP INDEX IF EXISTS idx_notes_created_at;

CREATE INDEX idx_notes_lead_id ON notes(lead_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_notes_org_id ON notes(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_notes_created_at ON notes(created_at DESC) WHERE deleted_at IS NULL;

-- Update deals indexes
DROP INDEX IF EXISTS idx_deals_org_id;
DROP INDEX IF EXISTS idx_deals_lead_id;
DROP INDEX IF EXISTS idx_deals_stage;
DROP INDEX IF EXISTS idx_deals_expected_close_date;

CREATE INDEX idx_deals_org_id ON deals(org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_lead_id ON deals(lead_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_stage ON deals(stage) WHERE deleted_at IS NULL;
CREATE INDEX idx_deals_expected_close_date ON deals(expected_close_date) WHERE deleted_at IS NULL;

-- Add composite index for pipeline view
CREATE INDEX idx_deals_org_stage_close ON deals(org_id, stage, expected_close_date) WHERE deleted_at IS NULL;

-- Add weighted_value column for deals
ALTER TABLE deals ADD COLUMN IF NOT EXISTS weighted_value DECIMAL(15,2) GENERATED ALWAYS AS (value * probability / 100) STORED;

-- Step 9
-- Lead statistics materialized view
CREATE MATERIALIZED VIEW IF NOT EXISTS lead_stats AS
SELECT
  org_id,
  COUNT(*) FILTER (WHERE deleted_at IS NULL) as total_leads,
  COUNT(*) FILTER (WHERE status = 'new' AND deleted_at IS NULL) as new_leads,
  COUNT(*) FILTER (WHERE status = 'contacted' AND deleted_at IS NULL) as contacted_leads,
  COUNT(*) FILTER (WHERE status = 'replied' AND deleted_at IS NULL) as replied_leads,
  COUNT(*) FILTER (WHERE status = 'meeting_scheduled' AND deleted_at IS NULL) as scheduled_leads,
  COUNT(*) FILTER (WHERE status = 'closed' AND deleted_at IS NULL) as closed_leads,
  COUNT(*) FILTER (WHERE status = 'lost' AND deleted_at IS NULL) as lost_leads,
  COUNT(*) FILTER (WHERE sentiment = 'positive' AND deleted_at IS NULL) as positive_sentiment,
  COUNT(*) FILTER (WHERE sentiment = 'neutral' AND deleted_at IS NULL) as neutral_sentiment,
  COUNT(*) FILTER (WHERE sentiment = 'negative' AND deleted_at IS NULL) as negative_sentiment,
  MAX(created_at) as last_lead_created_at,
  MAX(updated_at) as last_lead_updated_at
FROM leads
GROUP BY org_id;

-- Create unique index for concurrent refresh
CREATE UNIQUE INDEX idx_lead_stats_org_id ON lead_stats(org_id);

-- Task statistics materialized view
CREATE MATERIALIZED VIEW IF NOT EXISTS task_stats AS
SELECT
  org_id,
  COUNT(*) FILTER (WHERE deleted_at IS NULL) as total_tasks,
  COUNT(*) FILTER (WHERE status = 'pending' AND deleted_at IS NULL) as pending_tasks,
  COUNT(*) FILTER (WHERE status = 'in_progress' AND deleted_at IS NULL) as in_progress_tasks,
  COUNT(*) FILTER (WHERE status = 'completed' AND deleted_at IS NULL) as completed_tasks,
  COUNT(*) FILTER (WHERE status = 'cancelled' AND deleted_at IS NULL) as cancelled_tasks,
  COUNT(*) FILTER (WHERE due_date < NOW() AND status NOT IN ('completed', 'cancelled') AND deleted_at IS NULL) as overdue_tasks,
  COUNT(*) FILTER (WHERE due_date::DATE = CURRENT_DATE AND status NOT IN ('completed', 'cancelled') AND deleted_at IS NULL) as due_today_tasks,
  COUNT(*) FILTER (WHERE priority = 'urgent' AND status NOT IN ('completed', 'cancelled') AND deleted_at IS NULL) as urgent_tasks
FROM tasks
GROUP BY org_id;

CREATE UNIQUE INDEX idx_task_stats_org_id ON task_stats(org_id);

-- Deal pipeline statistics
CREATE MATERIALIZED VIEW IF NOT EXISTS deal_stats AS
SELECT
  org_id,
  COUNT(*) FILTER (WHERE deleted_at IS NULL) as total_deals,
  COUNT(*) FILTER (WHERE stage = 'lead' AND deleted_at IS NULL) as lead_stage,
  COUNT(*) FILTER (WHERE stage = 'qualified' AND deleted_at IS NULL) as qualified_stage,
  COUNT(*) FILTER (WHERE stage = 'proposal' AND deleted_at IS NULL) as proposal_stage,
  COUNT(*) FILTER (WHERE stage = 'negotiation' AND deleted_at IS NULL) as negotiation_stage,
  COUNT(*) FILTER (WHERE stage = 'closed_won' AND deleted_at IS NULL) as closed_won,
  COUNT(*) FILTER (WHERE stage = 'closed_lost' AND deleted_at IS NULL) as closed_lost,
  SUM(value) FILTER (WHERE deleted_at IS NULL) as total_value,
  SUM(value) FILTER (WHERE stage = 'closed_won' AND deleted_at IS NULL) as won_value,
  SUM(value * probability / 100) FILTER (WHERE stage NOT IN ('closed_won', 'closed_lost') AND deleted_at IS NULL) as weighted_pipeline
FROM deals
GROUP BY org_id;

CREATE UNIQUE INDEX idx_deal_stats_org_id ON deal_stats(org_id);

-- Function to refresh all materialized views
CREATE OR REPLACE FUNCTION refresh_all_stats()
RETURNS VOID AS $$
BEGIN
  REFRESH MATERIALIZED VIEW CONCURRENTLY lead_stats;
  REFRESH MATERIALIZED VIEW CONCURRENTLY task_stats;
  REFRESH MATERIALIZED VIEW CONCURRENTLY deal_stats;
END;
$$ LANGUAGE plpgsql;

-- Grant execute permission
GRANT EXECUTE ON FUNCTION refresh_all_stats TO authenticated;

-- Optional: Create a scheduled job to refresh stats (if pg_cron is available)
-- SELECT cron.schedule('refresh-crm-stats', '*/15 * * * *', 'SELECT refresh_all_stats()');

-- Trigger to refresh lead_stats when leads change
CREATE OR REPLACE FUNCTION refresh_lead_stats()
RETURNS TRIGGER AS $$
BEGIN
  REFRESH MATERIALIZED VIEW CONCURRENTLY lead_stats;
  RETURN NULL;
END;
$$ LANGUAGE plpgsql;

-- Note: Don't create triggers on every row change (too expensive)
-- Instead, refresh periodically or on-demand via API

-- Step 10
-- Note: Most RLS policies filter by org_id, which is already secure
-- We don't necessarily need to add deleted_at checks to RLS policies
-- because the application queries will filter deleted_at at the query level

-- However, for defense-in-depth, we can add deleted_at checks to SELECT policies

-- Update leads policies (if they need modification)
-- Current policies should already work, but we can make them explicit

-- Example: Add explicit deleted_at check (optional, defensive)
DROP POLICY IF EXISTS "Users can view leads from their organizations" ON leads;
CREATE POLICY "Users can view leads from their organizations" ON leads
  FOR SELECT USING (
    org_id IN (SELECT org_id FROM user_orgs WHERE user_id = auth.uid())
    -- Note: We don't add AND deleted_at IS NULL here because:
    -- 1. Application queries should filter deleted records
    -- 2. Some features may need to view deleted records (trash/restore)
  );

-- The existing policies are fine and don't need deleted_at checks at RLS level
-- Because:
-- 1. Multi-tenancy security is based on org_id, not deleted_at
-- 2. Soft delete filtering is a business logic concern, not a security concern
-- 3. Admins may want to view deleted records for audit/restore purposes

-- However, create helper views for convenience
CREATE OR REPLACE VIEW leads_active AS
  SELECT * FROM leads WHERE deleted_at IS NULL;

CREATE OR REPLACE VIEW tasks_active AS
  SELECT * FROM tasks WHERE deleted_at IS NULL;

CREATE OR REPLACE VIEW notes_active AS
  SELECT * FROM notes WHERE deleted_at IS NULL;

CREATE OR REPLACE VIEW deals_active AS
  SELECT * FROM deals WHERE deleted_at IS NULL;

-- Grant access to these views
GRANT SELECT ON leads_active TO authenticated;
GRANT SELECT ON tasks_active TO authenticated;
GRANT SELECT ON notes_active TO authenticated;
GRANT SELECT ON deals_active TO authenticated;

-- RLS policies for the views inherit from base tables
-- Supabase will automatically apply RLS to these views

-- Step 11
-- Add email validation constraint to leads
ALTER TABLE leads
  ADD CONSTRAINT valid_email
  CHECK (email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$');

-- Note: This will fail if existing data has invalid emails
-- If it fails, first fix the data:
-- UPDATE leads SET email = lower(trim(email)) WHERE email IS NOT NULL;
-- Then re-run the constraint

-- Update `tasks` table
ALTER TABLE tasks ADD COLUMN is_recurring BOOLEAN DEFAULT false;
ALTER TABLE tasks ADD COLUMN recurrence_rule JSONB; -- iCal RRULE format

-- Soft Delete Pattern
-- Generic soft delete function
CREATE OR REPLACE FUNCTION soft_delete(table_name TEXT, record_id UUID)
RETURNS VOID AS $$
BEGIN
  EXECUTE format('UPDATE %I SET deleted_at = NOW() WHERE id = $1', table_name)
  USING record_id;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

-- Helper view to get non-deleted records
CREATE OR REPLACE FUNCTION create_active_view(table_name TEXT)
RETURNS VOID AS $$
BEGIN
  EXECUTE format(
    'CREATE OR REPLACE VIEW %I AS SELECT * FROM %I WHERE deleted_at IS NULL',
    table_name || '_active',
    table_name
  );
END;
$$ LANGUAGE plpgsql;

-- Restore Deleted Record
CREATE OR REPLACE FUNCTION restore_record(
  table_name TEXT,
  record_id UUID
)
RETURNS VOID AS $$
BEGIN
  EXECUTE format('UPDATE %I SET deleted_at = NULL WHERE id = $1', table_name)
  USING record_id;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER;

-- Bulk Full-Text Search
CREATE OR REPLACE FUNCTION search_all(
  org_uuid UUID,
  search_query TEXT
)
RETURNS TABLE(
  entity_type TEXT,
  entity_id UUID,
  rank REAL,
  headline TEXT
) AS $$
BEGIN
  RETURN QUERY
  -- Search leads
  SELECT
    'lead'::TEXT,
    l.id,
    ts_rank(l.search_vector, query) as rank,
    ts_headline('english', l.name || ' ' || COALESCE(l.company, ''), query) as headline
  FROM leads l, to_tsquery('english', search_query) query
  WHERE l.search_vector @@ query
    AND l.org_id = org_uuid
    AND l.deleted_at IS NULL

  UNION ALL

  -- Search notes
  SELECT
    'note'::TEXT,
    n.id,
    ts_rank(n.search_vector, query) as rank,
    ts_headline('english', n.content, query) as headline
  FROM notes n, to_tsquery('english', search_query) query
  WHERE n.search_vector @@ query
    AND n.org_id = org_uuid
    AND n.deleted_at IS NULL

  ORDER BY rank DESC
  LIMIT 100;
END;
$$ LANGUAGE plpgsql;

-- What a Supabase database grants by default.
DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL FUNCTIONS IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
END
$$;
