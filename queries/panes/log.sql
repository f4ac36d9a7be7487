/*---
title    = "Command log"
group    = "operations"
identity = ["nr"]
local    = ["commands"]
[columns]
at = { as = "time" }
nr = { as = "text", label = "#", sort = "desc" }
ms = { as = "number", warn = 1000, bad = 10000 }
outcome = { as = "severity" }
---*/
-- What this pgdeck sent to the server, newest first.
SELECT
  c.nr,
  c.at,
  c.what,
  pg_catalog.round(c.ms, 1) AS ms,
  c.rows,
  c.outcome,
  c.sql
FROM commands AS c
