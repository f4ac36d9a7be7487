DROP FUNCTION validate_migration();
DROP FUNCTION migrate_from_v1();
DROP FUNCTION migrate_feedback();
DROP FUNCTION migrate_votes();
DROP FUNCTION migrate_polls();
DROP FUNCTION migrate_user_profiles();
DROP FUNCTION words_of(jsonb);
DROP FUNCTION known_word(text, text[], text);
DROP FUNCTION v1_rows(text);
