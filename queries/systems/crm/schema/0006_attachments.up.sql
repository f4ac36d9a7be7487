-- Files attached to a lead, note, task, deal or e-mail. No foreign key can follow (entity_type, entity_id); triggers stand in for one.

CREATE TABLE attachments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  entity_type text NOT NULL CHECK (entity_type IN ('email', 'note', 'task', 'deal', 'lead')),
  entity_id uuid NOT NULL,
  filename text NOT NULL,
  mime_type text NOT NULL,
  file_size bigint NOT NULL CHECK (file_size >= 0),
  storage_provider text NOT NULL DEFAULT 'supabase',
  storage_path text NOT NULL,
  storage_url text,
  uploaded_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
COMMENT ON COLUMN attachments.entity_id IS 'A row of leads, notes, tasks or deals, or for email a row of email_messages, in the same organization.';

CREATE INDEX idx_attachments_org_id ON attachments (org_id);
-- Not partial: removing the file of a hard-deleted row has to find the deleted ones too.
CREATE INDEX idx_attachments_entity ON attachments (entity_type, entity_id);
CREATE INDEX idx_attachments_uploaded_by ON attachments (uploaded_by) WHERE uploaded_by IS NOT NULL;
CREATE INDEX idx_attachments_created_at ON attachments (created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_attachments_deleted ON attachments (deleted_at DESC, org_id DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- The thing exists, in the same organization (seed-defects 1.2 #29). The lock holds it until we commit, as a foreign key would.
CREATE FUNCTION check_attachment_target() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  CASE NEW.entity_type
    WHEN 'lead' THEN PERFORM FROM leads WHERE id = NEW.entity_id AND org_id = NEW.org_id FOR KEY SHARE;
    WHEN 'note' THEN PERFORM FROM notes WHERE id = NEW.entity_id AND org_id = NEW.org_id FOR KEY SHARE;
    WHEN 'task' THEN PERFORM FROM tasks WHERE id = NEW.entity_id AND org_id = NEW.org_id FOR KEY SHARE;
    WHEN 'deal' THEN PERFORM FROM deals WHERE id = NEW.entity_id AND org_id = NEW.org_id FOR KEY SHARE;
    WHEN 'email' THEN PERFORM FROM email_messages WHERE id = NEW.entity_id AND org_id = NEW.org_id FOR KEY SHARE;
    ELSE RETURN NULL; -- the CHECK has the word
  END CASE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'attachment refers to % %, which is not in its organization', NEW.entity_type, NEW.entity_id
      USING ERRCODE = 'foreign_key_violation', TABLE = 'attachments', COLUMN = 'entity_id';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER attachment_target
AFTER INSERT OR UPDATE OF org_id, entity_type, entity_id ON attachments
FOR EACH ROW EXECUTE FUNCTION check_attachment_target();

CREATE FUNCTION delete_attachments_of() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  DELETE FROM attachments WHERE entity_type = TG_ARGV[0] AND entity_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;

CREATE TRIGGER lead_attachments AFTER DELETE ON leads
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_attachments_of('lead');
CREATE TRIGGER note_attachments AFTER DELETE ON notes
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_attachments_of('note');
CREATE TRIGGER task_attachments AFTER DELETE ON tasks
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_attachments_of('task');
CREATE TRIGGER deal_attachments AFTER DELETE ON deals
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_attachments_of('deal');
CREATE TRIGGER email_attachments AFTER DELETE ON email_messages
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION delete_attachments_of('email');
