DROP TABLE email_messages;
DROP TABLE email_threads;
