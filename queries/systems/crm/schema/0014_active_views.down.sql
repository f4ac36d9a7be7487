DROP VIEW deals_active;
DROP VIEW notes_active;
DROP VIEW tasks_active;
DROP VIEW leads_active;
DROP FUNCTION create_active_view(text);
