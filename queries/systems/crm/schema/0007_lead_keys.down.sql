-- One way back for both variants: the server may have been upgraded since.
DROP TRIGGER IF EXISTS "A lead leaves its children" ON leads;
DROP FUNCTION IF EXISTS unlink_lead();
ALTER TABLE email_threads DROP CONSTRAINT threads_lead_same_org;
ALTER TABLE activities DROP CONSTRAINT activities_lead_same_org;
ALTER TABLE deals DROP CONSTRAINT deals_lead_same_org;
ALTER TABLE tasks DROP CONSTRAINT tasks_lead_same_org;
