/*---
title    = "Find"
group    = "database"
identity = ["id"]
local    = ["found"]
opens    = { door = "pane", filter = "filter" }
actions  = ["restore", "delete", "rebuild"]
[columns]
state   = { as = "severity" }
says    = { as = "sentence" }
what    = { hide = true }
label   = { hide = true }
tenant  = { hide = true }
at      = { as = "time", hide = true }
by      = { hide = true }
table   = { hide = true }
key     = { hide = true }
pane    = { hide = true }
filter  = { hide = true }
next    = { hide = true }
scan    = { hide = true }
deleted = { hide = true }
id      = { hide = true }
nr      = { hide = true, sort = "asc" }
---*/
-- What was found, one sentence a row, and where it leads: next is the command, pane and filter are the place on the screen.
SELECT
  f.state,
  f.says,
  f.what,
  f.label,
  f.tenant,
  f.at,
  f.by,
  f."table",
  f.key,
  f.pane,
  f.filter,
  f.next,
  f.scan,
  f.deleted,
  f.id,
  f.nr
FROM found AS f
