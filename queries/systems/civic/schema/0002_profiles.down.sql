DROP TABLE user_profiles_v2;
DROP FUNCTION take_login_email();
DROP FUNCTION is_trusted();
DROP FUNCTION normalise_profile();
DROP FUNCTION normal_hashtags(text[]);
DROP FUNCTION keep_removed_at();
DROP FUNCTION touch_updated_at();
