-- seed-defects 1.2 #3: the statistics are made after the columns they read

-- on the seed:
-- In the order of the document: the view stands among the new tables, deleted_at comes to leads after them.
CREATE SCHEMA defect_before;
CREATE TABLE defect_before.leads AS SELECT id, org_id, name, email, status, sentiment, created_at, updated_at FROM leads;
SET LOCAL search_path = defect_before, pg_temp;
CREATE MATERIALIZED VIEW lead_stats AS
SELECT
  org_id,
  COUNT(*) FILTER (WHERE deleted_at IS NULL) as total_leads,
  MAX(created_at) as last_lead_created_at,
  MAX(updated_at) as last_lead_updated_at
FROM leads
GROUP BY org_id;
-- on ours:
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT
    FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjid = 'leads'::regclass
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE r.ev_class = 'lead_stats'::regclass AND a.attname = 'deleted_at'
  ) THEN
    RAISE EXCEPTION 'defect: lead_stats does not read leads.deleted_at';
  END IF;
END
$$;
REFRESH MATERIALIZED VIEW lead_stats;
