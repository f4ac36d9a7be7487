DROP FUNCTION token_is_authentic(bytea);
DROP FUNCTION decrypt_token(bytea);
DROP FUNCTION encrypt_token(text);
DROP FUNCTION encryption_lock();
DROP FUNCTION open_token(bytea, bytea);
DROP FUNCTION is_sealed_with(bytea, bytea);
DROP FUNCTION seal_token(text, bytea);
DROP FUNCTION get_encryption_key();
DROP TABLE encryption_keys;
