/*---
title    = "Webhook events that wait"
severity = "warning"
category = "billing"
about    = "data"
why      = "What Stripe told and nobody processed is a payment, a cancellation or a failed charge the application does not know of."
door     = "webhooks"
whole    = ["webhook_events"]
[params]
minutes = 60
---*/
SELECT
  current_schema() || '.webhook_events' AS object,
  format(
    '%s for more than %s minutes, %s of them with an error; the first is %s of %s',
    CASE count(*) WHEN 1 THEN '1 event waits' ELSE count(*) || ' events wait' END,
    min(p.minutes),
    count(w.error),
    (array_agg(w.event_type ORDER BY w.created_at, w.id))[1],
    min(w.created_at)
  ) AS detail,
  'Process them again; each is known by its stripe_event_id and does no harm twice' AS fix,
  'processed=false' AS filter,
  count(*) AS weight
FROM webhook_events w
CROSS JOIN params p
WHERE NOT w.processed AND w.created_at < now() - make_interval(mins => p.minutes::integer)
HAVING count(*) > 0
/*--- plant
-- finds: repazoo.webhook_events
INSERT INTO webhook_events (event_type, stripe_event_id, payload, processed, processed_at, created_at) VALUES
  ('invoice.paid', 'plant-1', '{}', false, NULL, now() - interval '2 hours'),
  ('invoice.paid', 'plant-2', '{}', false, NULL, now()),
  ('invoice.paid', 'plant-3', '{}', true, now(), now() - interval '2 hours');
---*/
