-- seed-defects 1.2 #52: what was there before is there after the way back

-- on the seed:
-- The rollbacks of the document, last step first.
ALTER TABLE leads DROP CONSTRAINT IF EXISTS valid_email;
DROP VIEW IF EXISTS leads_active;
DROP VIEW IF EXISTS tasks_active;
DROP VIEW IF EXISTS notes_active;
DROP VIEW IF EXISTS deals_active;
DROP FUNCTION IF EXISTS refresh_all_stats();
DROP FUNCTION IF EXISTS refresh_lead_stats();
DROP MATERIALIZED VIEW IF EXISTS deal_stats;
DROP MATERIALIZED VIEW IF EXISTS task_stats;
DROP MATERIALIZED VIEW IF EXISTS lead_stats;
ALTER TABLE deals DROP COLUMN IF EXISTS weighted_value;
DROP TRIGGER IF EXISTS attachment_activity_log ON attachments;
DROP FUNCTION IF EXISTS log_attachment_activity();
DROP TABLE IF EXISTS attachments CASCADE;
DROP TRIGGER IF EXISTS auto_link_email_thread ON email_threads;
DROP TRIGGER IF EXISTS update_thread_timestamp ON email_messages;
DROP TRIGGER IF EXISTS email_messages_search_update ON email_messages;
DROP FUNCTION IF EXISTS auto_link_email_to_lead();
DROP FUNCTION IF EXISTS update_thread_last_message();
DROP FUNCTION IF EXISTS email_messages_search_vector_update();
DROP TABLE IF EXISTS email_messages CASCADE;
DROP TABLE IF EXISTS email_threads CASCADE;
DROP TRIGGER IF EXISTS lead_status_change_activity ON leads;
DROP TRIGGER IF EXISTS task_completion_activity ON tasks;
DROP TRIGGER IF EXISTS deal_stage_change_activity ON deals;
DROP FUNCTION IF EXISTS log_lead_status_change();
DROP FUNCTION IF EXISTS log_task_completion();
DROP FUNCTION IF EXISTS log_deal_stage_change();
DROP FUNCTION IF EXISTS log_activity(UUID, TEXT, TEXT, UUID, UUID, TEXT, JSONB);
DROP TABLE IF EXISTS activities CASCADE;
DROP TRIGGER IF EXISTS update_lead_notes_count ON notes;
DROP TRIGGER IF EXISTS update_lead_tasks_count ON tasks;
DROP FUNCTION IF EXISTS update_lead_counters();
ALTER TABLE leads DROP COLUMN IF EXISTS notes_count;
ALTER TABLE leads DROP COLUMN IF EXISTS tasks_count;
ALTER TABLE leads DROP COLUMN IF EXISTS open_tasks_count;
ALTER TABLE leads DROP COLUMN IF EXISTS emails_count;
ALTER TABLE leads DROP COLUMN IF EXISTS last_activity_at;
DROP TRIGGER IF EXISTS leads_search_update ON leads;
DROP TRIGGER IF EXISTS notes_search_update ON notes;
DROP FUNCTION IF EXISTS leads_search_vector_update();
DROP FUNCTION IF EXISTS notes_search_vector_update();
DROP INDEX IF EXISTS idx_leads_search;
DROP INDEX IF EXISTS idx_notes_search;
ALTER TABLE leads DROP COLUMN IF EXISTS search_vector;
ALTER TABLE notes DROP COLUMN IF EXISTS search_vector;
ALTER TABLE leads DROP COLUMN IF EXISTS deleted_at;
ALTER TABLE tasks DROP COLUMN IF EXISTS deleted_at;
ALTER TABLE notes DROP COLUMN IF EXISTS deleted_at;
ALTER TABLE deals DROP COLUMN IF EXISTS deleted_at;
DO $$
DECLARE
  v_gone bigint;
BEGIN
  SELECT count(*) INTO v_gone
  FROM unnest(ARRAY[
    'idx_leads_org_id', 'idx_leads_status', 'idx_leads_email', 'idx_leads_created_at', 'idx_leads_source_gin',
    'idx_tasks_org_id', 'idx_tasks_lead_id', 'idx_tasks_status', 'idx_tasks_due_date', 'idx_tasks_assigned_to',
    'idx_notes_lead_id', 'idx_notes_org_id', 'idx_notes_created_at',
    'idx_deals_org_id', 'idx_deals_lead_id', 'idx_deals_stage', 'idx_deals_expected_close_date'
  ]) n (name)
  WHERE to_regclass(n.name) IS NULL;
  IF v_gone > 0 THEN
    RAISE EXCEPTION 'defect: % of the 17 indexes the document found are gone', v_gone;
  END IF;
END
$$;
-- on ours:
-- Uninstalling has a test of its own. Here: the indexes of the keys do not hang on the column that step 2 brings.
ALTER TABLE leads DROP COLUMN deleted_at CASCADE;
ALTER TABLE tasks DROP COLUMN deleted_at CASCADE;
ALTER TABLE notes DROP COLUMN deleted_at CASCADE;
ALTER TABLE deals DROP COLUMN deleted_at CASCADE;
DO $$
DECLARE
  v_wrong text;
BEGIN
  SELECT string_agg(format('%s of %s', k.conname, k.conrelid::regclass), ', ') INTO v_wrong
  FROM pg_constraint k
  WHERE k.contype = 'f'
    AND k.conrelid IN ('leads'::regclass, 'tasks'::regclass, 'notes'::regclass, 'deals'::regclass)
    AND NOT EXISTS (
      SELECT
      FROM pg_index i
      WHERE i.indrelid = k.conrelid
        AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
    );
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'defect: without an index: %', v_wrong;
  END IF;
END
$$;
