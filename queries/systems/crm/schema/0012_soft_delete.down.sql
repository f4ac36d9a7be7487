DROP FUNCTION restore_record(text, uuid);
DROP FUNCTION soft_delete(text, uuid);
DROP FUNCTION set_deleted_at(text, uuid, timestamptz, timestamptz);
DROP FUNCTION lock_soft_deletable(text, uuid);
DROP FUNCTION soft_deletable(text);
