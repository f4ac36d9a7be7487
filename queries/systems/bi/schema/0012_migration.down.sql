DROP FUNCTION migrate_intelligence_data();
DROP FUNCTION migrate_assessments();
DROP FUNCTION migrate_user_data();
DROP FUNCTION require_legacy(text[]);
DROP TABLE legacy_users;
