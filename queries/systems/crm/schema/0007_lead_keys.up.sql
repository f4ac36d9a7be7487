-- For servers before 15, where SET NULL would clear org_id as well. A child and its lead are of the same organization
-- (seed-defects 1.2 #28). When a lead is deleted for good, its children lose the lead and keep the organization.
ALTER TABLE tasks ADD CONSTRAINT tasks_lead_same_org FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id);
ALTER TABLE deals ADD CONSTRAINT deals_lead_same_org FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id);
ALTER TABLE activities ADD CONSTRAINT activities_lead_same_org FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id);
ALTER TABLE email_threads ADD CONSTRAINT threads_lead_same_org FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id);

CREATE FUNCTION unlink_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE tasks SET lead_id = NULL WHERE lead_id = OLD.id;
  UPDATE deals SET lead_id = NULL WHERE lead_id = OLD.id;
  UPDATE activities SET lead_id = NULL WHERE lead_id = OLD.id;
  UPDATE email_threads SET lead_id = NULL WHERE lead_id = OLD.id;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION unlink_lead() FROM PUBLIC, anon, authenticated;

-- Triggers of one event fire in the order of their names, and those of foreign keys begin with RI_: the capital A puts
-- this one before them. It cannot be BEFORE DELETE, for the counters would then write to the row being deleted.
CREATE TRIGGER "A lead leaves its children" AFTER DELETE ON leads
FOR EACH ROW EXECUTE FUNCTION unlink_lead();
