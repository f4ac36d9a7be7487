/*---
title    = "What verify_encryption_setup() finds amiss"
severity = "error"
category = "encryption"
about    = "state"
why      = "Without a key and a working cipher no account can be connected and no token can be refreshed."
needs    = { extension = "pgcrypto" }
identity = ["object", "test"]
---*/
-- Four rows are expected: one that is not there has not passed.
SELECT
  current_schema() || '.verify_encryption_setup()' AS object,
  e.test,
  format('%s: %s', e.test, coalesce(v.details, 'the function says nothing of it')) AS detail,
  CASE
    WHEN v.details = 'Encryption key not configured'
      THEN format('SELECT %I.rotate_encryption_key() -- where there is no account yet; else bring the lost key back', current_schema())
    ELSE 'Bring the functions of the migration 0003 back'
  END AS fix
FROM (VALUES ('Encryption Key Retrieval'), ('Token Encryption'), ('Token Decryption'), ('pgcrypto Extension')) e (test)
LEFT JOIN verify_encryption_setup() v ON v.test_name = e.test
WHERE v.status IS DISTINCT FROM 'PASS'
/*--- plant
-- finds: repazoo.verify_encryption_setup()
-- finds: repazoo.verify_encryption_setup()
-- finds: repazoo.verify_encryption_setup()
DELETE FROM encryption_keys;
---*/
