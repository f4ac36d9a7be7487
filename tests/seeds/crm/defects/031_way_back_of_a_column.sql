-- seed-defects 1.2 #31: the way back takes what reads a column before the column

-- on the seed:
ALTER TABLE leads DROP COLUMN IF EXISTS deleted_at;
-- on ours:
DROP VIEW leads_active;
DROP VIEW my_lead_stats;
DROP MATERIALIZED VIEW lead_stats;
DROP TRIGGER lead_changed_activity ON leads;
ALTER TABLE leads DROP COLUMN deleted_at;
