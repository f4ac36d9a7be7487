-- seed-defects 1.2 #51: what differs from call to call is a parameter, not three dots

-- on the seed:
SELECT * FROM leads
WHERE org_id = '...'
  AND status = 'new'
  AND deleted_at IS NULL
ORDER BY created_at DESC
LIMIT 50;
-- on ours:
PREPARE defect_leads (uuid) AS
SELECT l.id, l.name
FROM leads l
WHERE l.org_id = $1 AND l.status = 'new' AND l.deleted_at IS NULL
ORDER BY l.created_at DESC, l.id DESC
LIMIT 50;
EXECUTE defect_leads ('a0000000-0000-4000-8000-00000000000a');
DEALLOCATE defect_leads;
