DROP FUNCTION restore_record(text, uuid);
DROP FUNCTION soft_delete(text, uuid);
DROP FUNCTION last_remover(text, uuid);
DROP FUNCTION lock_removable(text, uuid);
