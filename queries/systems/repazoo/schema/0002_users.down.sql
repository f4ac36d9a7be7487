DROP FUNCTION is_service();
DROP FUNCTION is_admin();
DROP TABLE users;
DROP FUNCTION check_own_email();
DROP FUNCTION set_updated_at();
