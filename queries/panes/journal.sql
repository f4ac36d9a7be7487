/*---
title    = "Journal"
group    = "operations"
identity = ["id", "event"]
local    = ["journal"]
actions  = ["undo"]
[columns]
at      = { as = "time", sort = "desc" }
event   = { as = "severity" }
outcome = { as = "severity" }
id      = { hide = true }
nr      = { hide = true, sort = "desc" }
---*/
-- An operation has a line for its intent and one for what became of it; the later one stands above.
SELECT
  j.at,
  j.operation,
  j.event,
  j.object,
  j.outcome,
  j.role,
  j.detail,
  j.id,
  CASE j.event WHEN 'intent' THEN 0 WHEN 'resolved' THEN 2 ELSE 1 END AS nr
FROM journal AS j
