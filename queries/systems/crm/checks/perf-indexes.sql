/*---
title    = "Indexes the system promises"
severity = "info"
category = "indexes"
about    = "schema"
why      = "Lists, filters, the trash and the search are fast by these indexes; without one they still answer, slowly."
door     = "indexes"
---*/
-- By name: an index that does the same under another name is found missing here, and may be renamed.
WITH expected (name, indexes) AS (VALUES
  ('activities', ARRAY[
    'idx_activities_created_at', 'idx_activities_deleted', 'idx_activities_entity', 'idx_activities_lead_id',
    'idx_activities_org_created', 'idx_activities_org_id', 'idx_activities_org_lead_created', 'idx_activities_type',
    'idx_activities_user_id'
  ]),
  ('attachments', ARRAY[
    'idx_attachments_created_at', 'idx_attachments_deleted', 'idx_attachments_entity', 'idx_attachments_org_id',
    'idx_attachments_uploaded_by'
  ]),
  ('deal_stats', ARRAY[
    'idx_deal_stats_org_id'
  ]),
  ('deals', ARRAY[
    'idx_deals_deleted', 'idx_deals_expected_close_date', 'idx_deals_lead_id', 'idx_deals_org_id', 'idx_deals_org_stage_close',
    'idx_deals_stage'
  ]),
  ('email_messages', ARRAY[
    'idx_email_messages_deleted', 'idx_email_messages_from', 'idx_email_messages_org_id', 'idx_email_messages_org_sent',
    'idx_email_messages_search', 'idx_email_messages_sent_at', 'idx_email_messages_thread_id', 'unique_message_per_org'
  ]),
  ('email_threads', ARRAY[
    'idx_email_threads_deleted', 'idx_email_threads_labels_gin', 'idx_email_threads_last_message', 'idx_email_threads_lead_id',
    'idx_email_threads_org_id', 'idx_email_threads_participants_gin', 'unique_thread_per_org'
  ]),
  ('lead_stats', ARRAY[
    'idx_lead_stats_org_id'
  ]),
  ('leads', ARRAY[
    'idx_leads_created_at', 'idx_leads_deleted', 'idx_leads_email', 'idx_leads_org_created', 'idx_leads_org_id',
    'idx_leads_org_lower_email', 'idx_leads_org_sentiment', 'idx_leads_org_status_created', 'idx_leads_phone_digits',
    'idx_leads_search', 'idx_leads_source_gin', 'idx_leads_status'
  ]),
  ('notes', ARRAY[
    'idx_notes_created_at', 'idx_notes_created_by', 'idx_notes_deleted', 'idx_notes_lead_id', 'idx_notes_org_created',
    'idx_notes_org_id', 'idx_notes_search'
  ]),
  ('organizations', ARRAY[
    'idx_organizations_created_at', 'unique_slug'
  ]),
  ('task_stats', ARRAY[
    'idx_task_stats_org_id'
  ]),
  ('tasks', ARRAY[
    'idx_tasks_assigned_status', 'idx_tasks_assigned_to', 'idx_tasks_deleted', 'idx_tasks_due_date', 'idx_tasks_lead_id',
    'idx_tasks_org_id', 'idx_tasks_org_status_due', 'idx_tasks_status'
  ]),
  ('user_orgs', ARRAY[
    'idx_user_orgs_org_id'
  ])
),
wanted AS (
  SELECT e.name, i.index FROM expected e CROSS JOIN LATERAL unnest(e.indexes) i (index)
)
SELECT
  current_schema() || '.' || w.index AS object,
  CASE
    WHEN x.indexrelid IS NULL THEN format('%s has no index of this name', w.name)
    ELSE format('the index of %s is not valid, no query uses it', w.name)
  END AS detail,
  CASE
    WHEN x.indexrelid IS NULL THEN 'Create it again, as the migrations have it'
    ELSE format('REINDEX INDEX CONCURRENTLY %I.%I', current_schema(), w.index)
  END AS fix,
  CASE WHEN x.indexrelid IS NOT NULL THEN 'index=' || w.index END AS filter
FROM wanted w
LEFT JOIN pg_catalog.pg_class c
  ON c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_schema()))
  AND c.relname = w.index
  AND c.relkind IN ('i', 'I')
LEFT JOIN pg_catalog.pg_index x
  ON x.indexrelid = c.oid
  AND x.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), w.name))
WHERE x.indexrelid IS NULL OR NOT (x.indisvalid AND x.indisready)
/*--- plant
-- finds: crm.idx_leads_org_created
-- finds: crm.idx_lead_stats_org_id
DROP INDEX idx_leads_org_created;
DROP INDEX idx_lead_stats_org_id;
---*/
