-- seed-defects 1.4 #1: the verification functions only read

SET TRANSACTION READ ONLY;
SELECT verify_database_schema(), count_rls_policies(), get_table_statistics();
SELECT verify_encryption_setup();
