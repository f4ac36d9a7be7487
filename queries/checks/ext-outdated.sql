/*---
title    = "Extension behind its software"
severity = "info"
category = "security"
about    = "schema"
why      = "The server brings a newer version of the extension than the one this database was updated to."
---*/
SELECT
  quote_ident(e.extname) AS object,
  format('is %s, the server brings %s', e.extversion, a.default_version) AS detail,
  format('ALTER EXTENSION %I UPDATE', e.extname) AS fix
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_available_extensions AS a ON a.name = e.extname
WHERE a.default_version <> e.extversion
/*--- plant
-- finds: plpgsql
UPDATE pg_catalog.pg_extension SET extversion = '0.9' WHERE extname = 'plpgsql';
---*/
