DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY string_to_array(substring(obj_description('user_orgs'::regclass) FROM 'USAGE to: (.*)$'), ',') LOOP
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), v_role);
  END LOOP;
END
$$;
COMMENT ON TABLE user_orgs IS NULL;

REVOKE ALL ON users, organizations, user_orgs, leads, tasks, notes, deals, activities, email_threads, email_messages, attachments,
  lead_stats, task_stats, deal_stats, my_lead_stats, my_task_stats, my_deal_stats
FROM authenticated, service_role;

DROP POLICY "Users can delete their own attachments" ON attachments;
DROP POLICY "Users can insert attachments in their organizations" ON attachments;
DROP POLICY "Users can view attachments from their organizations" ON attachments;
DROP POLICY "Users can update email messages in their organizations" ON email_messages;
DROP POLICY "Users can insert email messages in their organizations" ON email_messages;
DROP POLICY "Users can view email messages from their organizations" ON email_messages;
DROP POLICY "Users can update email threads in their organizations" ON email_threads;
DROP POLICY "Users can insert email threads in their organizations" ON email_threads;
DROP POLICY "Users can view email threads from their organizations" ON email_threads;
DROP POLICY "Users can view activities from their organizations" ON activities;
DROP POLICY "Users can update deals in their organizations" ON deals;
DROP POLICY "Users can insert deals in their organizations" ON deals;
DROP POLICY "Users can view deals from their organizations" ON deals;
DROP POLICY "Users can update notes in their organizations" ON notes;
DROP POLICY "Users can insert notes in their organizations" ON notes;
DROP POLICY "Users can view notes from their organizations" ON notes;
DROP POLICY "Users can update tasks in their organizations" ON tasks;
DROP POLICY "Users can insert tasks in their organizations" ON tasks;
DROP POLICY "Users can view tasks from their organizations" ON tasks;
DROP POLICY "Users can update leads in their organizations" ON leads;
DROP POLICY "Users can insert leads in their organizations" ON leads;
DROP POLICY "Users can view leads from their organizations" ON leads;
DROP POLICY "Owners and admins can remove members, members can leave" ON user_orgs;
DROP POLICY "Owners and admins can change roles" ON user_orgs;
DROP POLICY "Owners and admins can invite" ON user_orgs;
DROP POLICY "Users can view memberships of their organizations" ON user_orgs;
DROP POLICY "Owners and admins can update their organizations" ON organizations;
DROP POLICY "Users can view their organizations" ON organizations;
DROP POLICY "Users can update themselves" ON users;
DROP POLICY "Users can view members of their organizations" ON users;

ALTER TABLE attachments DISABLE ROW LEVEL SECURITY;
ALTER TABLE email_messages DISABLE ROW LEVEL SECURITY;
ALTER TABLE email_threads DISABLE ROW LEVEL SECURITY;
ALTER TABLE activities DISABLE ROW LEVEL SECURITY;
ALTER TABLE deals DISABLE ROW LEVEL SECURITY;
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;
ALTER TABLE leads DISABLE ROW LEVEL SECURITY;
ALTER TABLE user_orgs DISABLE ROW LEVEL SECURITY;
ALTER TABLE organizations DISABLE ROW LEVEL SECURITY;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
