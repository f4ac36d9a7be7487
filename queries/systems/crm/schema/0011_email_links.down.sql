DROP TRIGGER email_message_logged ON email_messages;
DROP FUNCTION log_email_message();
DROP TRIGGER email_thread_logged ON email_threads;
DROP FUNCTION log_email_thread();
DROP TRIGGER auto_link_email_thread ON email_threads;
DROP FUNCTION auto_link_email_to_lead();
