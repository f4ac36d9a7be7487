DROP FUNCTION get_table_statistics();
DROP FUNCTION count_rls_policies();
DROP FUNCTION verify_encryption_setup();
DROP FUNCTION verify_database_schema();
