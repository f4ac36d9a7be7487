/*---
title    = "Histories that do not add up"
severity = "error"
category = "events"
about    = "data"
why      = "The state of a record is what its events lead to. With a version missing or twice, or a snapshot of a version that never was, it is not."
door     = "events"
whole    = ["events", "snapshots"]
---*/
-- Versions of an aggregate count from 1 without a gap: the highest of them is their number, and each is there once.
WITH histories AS (
  SELECT
    e.aggregate_type,
    e.aggregate_id,
    min(e.version) AS first,
    max(e.version) AS last,
    count(*) AS events,
    count(DISTINCT e.version) AS versions
  FROM events e
  GROUP BY e.aggregate_type, e.aggregate_id
),
broken AS (
  SELECT
    'events' AS name,
    h.aggregate_type,
    h.aggregate_id,
    format('%s events, versions %s to %s', h.events, h.first, h.last) AS says
  FROM histories h
  WHERE h.first <> 1 OR h.last <> h.events OR h.versions <> h.events
  UNION ALL
  SELECT
    'snapshots',
    s.aggregate_type,
    s.aggregate_id,
    format('a snapshot of version %s, the last event is %s', max(s.version), coalesce(max(h.last)::text, 'none'))
  FROM snapshots s
  LEFT JOIN histories h ON h.aggregate_type = s.aggregate_type AND h.aggregate_id = s.aggregate_id
  WHERE s.version > coalesce(h.last, 0) OR s.version < 1
  GROUP BY s.aggregate_type, s.aggregate_id
)
SELECT
  current_schema() || '.' || b.name AS object,
  format(
    '%s, the first is %s %s: %s',
    CASE count(*) WHEN 1 THEN '1 history is broken' ELSE count(*) || ' histories are broken' END,
    (array_agg(b.aggregate_type ORDER BY b.aggregate_type, b.aggregate_id))[1],
    (array_agg(b.aggregate_id ORDER BY b.aggregate_type, b.aggregate_id))[1],
    (array_agg(b.says ORDER BY b.aggregate_type, b.aggregate_id))[1]
  ) AS detail,
  CASE b.name
    WHEN 'events' THEN 'Find the missing events in a backup. The trigger events_version keeps new ones in order: look who writes without it'
    ELSE 'Take the snapshot again with take_snapshot(), once the events are whole'
  END AS fix,
  (array_agg('aggregate_id=' || b.aggregate_id ORDER BY b.aggregate_type, b.aggregate_id))[1] AS filter,
  count(*) AS weight
FROM broken b
GROUP BY b.name
/*--- plant
-- finds: bi.events
-- finds: bi.snapshots
INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES
  ('right', '00000000-0000-4000-8000-000000000001', 'made', '{}', 1),
  ('right', '00000000-0000-4000-8000-000000000001', 'changed', '{}', 2);
INSERT INTO snapshots (aggregate_type, aggregate_id, state, version) VALUES ('right', '00000000-0000-4000-8000-000000000001', '{}', 2);
ALTER TABLE events DISABLE TRIGGER events_version;
ALTER TABLE snapshots DISABLE TRIGGER snapshots_version;
INSERT INTO events (aggregate_type, aggregate_id, event_type, event_data, version) VALUES
  ('wrong', '00000000-0000-4000-8000-000000000002', 'made', '{}', 1),
  ('wrong', '00000000-0000-4000-8000-000000000002', 'changed', '{}', 3);
INSERT INTO snapshots (aggregate_type, aggregate_id, state, version) VALUES ('right', '00000000-0000-4000-8000-000000000001', '{}', 3);
---*/
