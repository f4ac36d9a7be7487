-- E-mail threads and their messages. Both are unique among the live rows only: a thread that was deleted can be imported
-- again (seed-defects 1.2 #12); restoring the old one then conflicts and says so.

CREATE TABLE email_threads (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  thread_id text NOT NULL,
  provider text NOT NULL DEFAULT 'gmail' CHECK (provider IN ('gmail', 'outlook', 'other')),
  subject text,
  snippet text,
  lead_id uuid,
  participants text[] NOT NULL DEFAULT '{}',
  labels text[] NOT NULL DEFAULT '{}',
  is_read boolean NOT NULL DEFAULT false,
  is_starred boolean NOT NULL DEFAULT false,
  is_important boolean NOT NULL DEFAULT false,
  last_message_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT email_threads_org_id_id_key UNIQUE (org_id, id)
);
COMMENT ON COLUMN email_threads.thread_id IS 'The provider''s own name of the thread.';
COMMENT ON COLUMN email_threads.last_message_at IS 'The latest sent_at of the live messages.';

CREATE UNIQUE INDEX unique_thread_per_org ON email_threads (org_id, provider, thread_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_org_id ON email_threads (org_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_lead_id ON email_threads (lead_id, org_id) WHERE lead_id IS NOT NULL;
CREATE INDEX idx_email_threads_last_message ON email_threads (last_message_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_participants_gin ON email_threads USING gin (participants) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_labels_gin ON email_threads USING gin (labels) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_threads_deleted ON email_threads (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

CREATE TABLE email_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  thread_id uuid NOT NULL,
  message_id text NOT NULL,
  from_email text NOT NULL CHECK (length(from_email) <= 1000),
  from_name text,
  to_emails text[] NOT NULL,
  cc_emails text[] NOT NULL DEFAULT '{}',
  bcc_emails text[] NOT NULL DEFAULT '{}',
  subject text,
  body_text text,
  body_html text,
  is_from_me boolean NOT NULL DEFAULT false,
  has_attachments boolean NOT NULL DEFAULT false,
  attachment_count integer NOT NULL DEFAULT 0 CHECK (attachment_count >= 0),
  -- NULL until it has been analysed.
  sentiment text CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  sent_at timestamptz NOT NULL,
  received_at timestamptz,
  search_vector tsvector,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT messages_thread_same_org
    FOREIGN KEY (org_id, thread_id) REFERENCES email_threads (org_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX unique_message_per_org ON email_messages (org_id, message_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_org_id ON email_messages (org_id);
CREATE INDEX idx_email_messages_thread_id ON email_messages (thread_id, org_id);
CREATE INDEX idx_email_messages_sent_at ON email_messages (sent_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_from ON email_messages (from_email) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_search ON email_messages USING gin (search_vector) WHERE deleted_at IS NULL;
-- Ours: the newest messages of a tenant, for the search.
CREATE INDEX idx_email_messages_org_sent ON email_messages (org_id, sent_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_email_messages_deleted ON email_messages (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

CREATE TRIGGER update_email_threads_updated_at
BEFORE UPDATE OF thread_id, subject, snippet, lead_id, participants, labels, is_read, is_starred, is_important, last_message_at
ON email_threads
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
