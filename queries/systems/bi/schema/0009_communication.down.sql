DROP TABLE email_subscriptions;
DROP TABLE team_messages;
DROP TABLE notifications;
DROP FUNCTION stamp_read();
