-- A child and its lead are of the same organization (seed-defects 1.2 #28). When a lead is deleted for good, its children
-- lose the lead and keep the organization.
ALTER TABLE tasks ADD CONSTRAINT tasks_lead_same_org
  FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id) ON DELETE SET NULL (lead_id);
ALTER TABLE deals ADD CONSTRAINT deals_lead_same_org
  FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id) ON DELETE SET NULL (lead_id);
ALTER TABLE activities ADD CONSTRAINT activities_lead_same_org
  FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id) ON DELETE SET NULL (lead_id);
ALTER TABLE email_threads ADD CONSTRAINT threads_lead_same_org
  FOREIGN KEY (org_id, lead_id) REFERENCES leads (org_id, id) ON DELETE SET NULL (lead_id);
