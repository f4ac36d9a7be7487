/*---
title    = "Deals weighted wrong"
severity = "warning"
category = "counters"
about    = "data"
why      = "The forecast adds up weighted_value, which is value times probability in per cent, to the cent."
whole    = ["deals"]
---*/
SELECT
  current_schema() || '.deals' AS object,
  format(
    '%s a wrong weighted_value, the first is %s: %s for %s at %s %%',
    CASE count(*) WHEN 1 THEN '1 deal has' ELSE count(*) || ' deals have' END,
    min(d.id::text),
    (array_agg(coalesce(d.weighted_value::text, 'nothing') ORDER BY d.id))[1],
    (array_agg(d.value ORDER BY d.id))[1],
    (array_agg(d.probability ORDER BY d.id))[1]
  ) AS detail,
  'Make it a generated column again: value * probability / 100' AS fix,
  count(*) AS weight
FROM deals d
WHERE d.weighted_value IS DISTINCT FROM round(d.value * d.probability / 100, 2)
HAVING count(*) > 0
/*--- plant
-- finds: crm.deals
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
INSERT INTO deals (org_id, title, value, probability) VALUES ('00000000-0000-4000-8000-000000000001', 'Right', 99.99, 33);
ALTER TABLE deals ALTER COLUMN weighted_value DROP EXPRESSION;
INSERT INTO deals (org_id, title, value, probability, weighted_value) VALUES ('00000000-0000-4000-8000-000000000001', 'Wrong', 100, 50, 49);
---*/
