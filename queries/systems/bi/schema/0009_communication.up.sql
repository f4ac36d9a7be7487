-- Notifications, messages and what people want to be mailed.

-- Keeps read_at in step with is_read.
CREATE FUNCTION stamp_read() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.read_at := CASE WHEN NEW.is_read THEN coalesce(NEW.read_at, now()) END;
  RETURN NEW;
END
$$;

CREATE TABLE notifications (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  type text NOT NULL,
  title text NOT NULL,
  message text NOT NULL,
  priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  link text,
  is_read boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  CONSTRAINT notifications_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_notifications_user ON notifications (user_id);
CREATE INDEX idx_notifications_org ON notifications (organization_id, user_id);
CREATE INDEX idx_notifications_type ON notifications (type);
CREATE INDEX idx_notifications_read ON notifications (is_read);
CREATE INDEX idx_notifications_created ON notifications (created_at DESC);

-- Without a recipient a message is for the whole team. A recipient who is deleted takes the message along: a private one must
-- not become everybody's.
CREATE TABLE team_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  sender_id uuid REFERENCES users (id) ON DELETE SET NULL,
  recipient_id uuid REFERENCES users (id) ON DELETE CASCADE,
  message_type text NOT NULL DEFAULT 'text',
  content text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  is_read boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  CONSTRAINT team_messages_sender_member_fkey FOREIGN KEY (organization_id, sender_id)
    REFERENCES organization_members (organization_id, user_id),
  CONSTRAINT team_messages_recipient_member_fkey FOREIGN KEY (organization_id, recipient_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_team_messages_org ON team_messages (organization_id, sender_id);
CREATE INDEX idx_team_messages_org_recipient ON team_messages (organization_id, recipient_id);
CREATE INDEX idx_team_messages_sender ON team_messages (sender_id);
CREATE INDEX idx_team_messages_recipient ON team_messages (recipient_id);
CREATE INDEX idx_team_messages_read ON team_messages (is_read);

CREATE TABLE email_subscriptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email_type text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  preferences jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, email_type)
);
CREATE INDEX idx_email_subscriptions_type ON email_subscriptions (email_type);
CREATE INDEX idx_email_subscriptions_active ON email_subscriptions (is_active);
CREATE INDEX idx_email_subscriptions_inactive ON email_subscriptions (updated_at DESC, id DESC) WHERE NOT is_active;

CREATE TRIGGER notifications_read BEFORE INSERT OR UPDATE OF is_read, read_at ON notifications
FOR EACH ROW EXECUTE FUNCTION stamp_read();
CREATE TRIGGER team_messages_read BEFORE INSERT OR UPDATE OF is_read, read_at ON team_messages
FOR EACH ROW EXECUTE FUNCTION stamp_read();
CREATE TRIGGER update_email_subscriptions_updated_at BEFORE UPDATE ON email_subscriptions
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
