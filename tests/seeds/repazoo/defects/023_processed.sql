-- seed-defects 1.4 #23: what was processed says when

DO $$
BEGIN
  INSERT INTO webhook_events (event_type, stripe_event_id, payload, processed) VALUES ('invoice.paid', 'evt_1', '{}', true);
  RAISE EXCEPTION 'defect: it was accepted';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
