DROP FUNCTION update_twitter_tokens(uuid, text, text, timestamptz);
DROP FUNCTION insert_twitter_account(uuid, text, text, text, text, timestamptz, text[]);
DROP FUNCTION owns_twitter_account(uuid);
DROP TABLE twitter_accounts;
