DROP TRIGGER email_attachments ON email_messages;
DROP TRIGGER deal_attachments ON deals;
DROP TRIGGER task_attachments ON tasks;
DROP TRIGGER note_attachments ON notes;
DROP TRIGGER lead_attachments ON leads;
DROP FUNCTION delete_attachments_of();
DROP TABLE attachments;
DROP FUNCTION check_attachment_target();
