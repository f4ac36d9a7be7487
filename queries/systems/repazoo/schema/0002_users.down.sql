DROP FUNCTION is_service();
DROP FUNCTION is_admin();
DROP TABLE users;
DROP FUNCTION set_updated_at();
