/*---
title    = "Webhooks"
group    = "repazoo"
identity = ["id"]
paging   = "keyset"
[columns]
created_at   = { as = "time", sort = "desc", label = "received" }
processed_at = { as = "time" }
---*/
-- Without the payload: it holds what Stripe knows of a customer.
SELECT
  w.created_at,
  w.event_type,
  w.processed,
  w.processed_at,
  w.error,
  w.stripe_event_id,
  w.id
FROM webhook_events w
