/*---
title    = "Transaction ids running out"
severity = "warning"
category = "vacuum"
about    = "state"
why      = "When the ids of transactions run out, the server stops writing to protect what is there. It takes hours to vacuum that away."
now      = true
[params]
min_percent = 50
---*/
-- Autovacuum begins by itself at its own age; a database is only late when it is older than that, too.
SELECT
  pg_catalog.quote_ident(d.datname) AS object,
  pg_catalog.format(
    'transaction id age %s %% of what there is: %s, autovacuum against it begins at %s',
    pg_catalog.round(a.age * 100 / 2147483648, 1),
    a.age,
    pg_catalog.current_setting('autovacuum_freeze_max_age')
  ) AS detail,
  'In this database: VACUUM (FREEZE) of the tables with the greatest age; before that end what holds vacuum back, which are '
  'old transactions, prepared transactions and replication slots' AS fix,
  a.age AS weight
FROM pg_catalog.pg_database AS d
CROSS JOIN params AS p
CROSS JOIN LATERAL (SELECT pg_catalog.age(d.datfrozenxid)::numeric AS age) AS a
WHERE a.age >= 2147483648 * p.min_percent / 100
  AND a.age >= pg_catalog.current_setting('autovacuum_freeze_max_age')::numeric * 1.05
