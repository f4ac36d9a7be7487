DROP FUNCTION rotate_encryption_key();
DROP FUNCTION get_decrypted_twitter_tokens(uuid);
