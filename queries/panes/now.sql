/*---
title    = "Now"
group    = "health"
identity = ["key"]
local    = ["urgent"]
opens    = { door = "pane", filter = "filter" }
[columns]
severity    = { as = "severity" }
status      = { as = "severity" }
ms          = { as = "number" }
pane        = { hide = true }
filter      = { hide = true }
fingerprint = { hide = true }
key         = { hide = true }
nr          = { hide = true, sort = "asc" }
---*/
-- What cannot wait: the findings of the checks that ask how the server is doing now.
SELECT
  v.severity,
  v.status,
  v."check",
  v.object,
  v.detail,
  v.fix,
  v.reason,
  pg_catalog.round(v.ms, 1) AS ms,
  v.title,
  v.category,
  v.about,
  v.pane,
  v.filter,
  v.fingerprint,
  -- A row is known again by its fingerprint, or by its check where it is no finding; two of one name are counted.
  pg_catalog.concat_ws(' ', k.name, NULLIF(pg_catalog.row_number() OVER (PARTITION BY k.name ORDER BY v.nr), 1)) AS key,
  v.nr
FROM urgent AS v
CROSS JOIN LATERAL (SELECT COALESCE(v.fingerprint, v."check", '') AS name) AS k
