-- seed-defects 1.2 #4: every object is defined once

-- on the seed:
-- Step 5 after the section "New Tables", which has made the index already.
CREATE INDEX idx_activities_org_id ON activities(org_id) WHERE deleted_at IS NULL;
-- on ours:
DO $$
DECLARE
  v_wrong text;
BEGIN
  SELECT string_agg(format('%s has %s of them', s.name, s.found), ', ') INTO v_wrong
  FROM (
    SELECT n.name, count(c.oid) AS found
    FROM unnest(ARRAY[
      'idx_activities_org_id', 'idx_activities_lead_id', 'idx_activities_user_id', 'idx_activities_entity', 'idx_activities_type',
      'idx_activities_created_at', 'idx_email_threads_org_id', 'idx_email_threads_lead_id', 'idx_email_threads_last_message',
      'idx_email_messages_org_id', 'idx_email_messages_thread_id', 'idx_email_messages_sent_at', 'idx_email_messages_from',
      'idx_email_messages_search', 'idx_attachments_org_id', 'idx_attachments_entity', 'idx_attachments_uploaded_by',
      'idx_leads_search', 'idx_notes_search', 'idx_lead_stats_org_id'
    ]) n (name)
    LEFT JOIN pg_class c ON c.relname = n.name AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    GROUP BY n.name
  ) s
  WHERE s.found <> 1;
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'defect: %', v_wrong;
  END IF;
END
$$;
