-- Statistics per organization. Every organization has a row, and times of deleted rows do not show (seed-defects 1.2 #37).
-- What depends on the clock holds for as_of, the moment of the refresh (seed-defects 1.2 #36); a day is a day in UTC.

CREATE MATERIALIZED VIEW lead_stats AS
SELECT
  o.id AS org_id,
  count(l.id) AS total_leads,
  count(l.id) FILTER (WHERE l.status = 'new') AS new_leads,
  count(l.id) FILTER (WHERE l.status = 'contacted') AS contacted_leads,
  count(l.id) FILTER (WHERE l.status = 'replied') AS replied_leads,
  count(l.id) FILTER (WHERE l.status = 'meeting_scheduled') AS scheduled_leads,
  count(l.id) FILTER (WHERE l.status = 'closed') AS closed_leads,
  count(l.id) FILTER (WHERE l.status = 'lost') AS lost_leads,
  count(l.id) FILTER (WHERE l.sentiment = 'positive') AS positive_sentiment,
  count(l.id) FILTER (WHERE l.sentiment = 'neutral') AS neutral_sentiment,
  count(l.id) FILTER (WHERE l.sentiment = 'negative') AS negative_sentiment,
  max(l.created_at) AS last_lead_created_at,
  max(l.updated_at) AS last_lead_updated_at,
  now() AS as_of
FROM organizations o
LEFT JOIN leads l ON l.org_id = o.id AND l.deleted_at IS NULL
GROUP BY o.id;
CREATE UNIQUE INDEX idx_lead_stats_org_id ON lead_stats (org_id);

CREATE MATERIALIZED VIEW task_stats AS
SELECT
  o.id AS org_id,
  count(t.id) AS total_tasks,
  count(t.id) FILTER (WHERE t.status = 'pending') AS pending_tasks,
  count(t.id) FILTER (WHERE t.status = 'in_progress') AS in_progress_tasks,
  count(t.id) FILTER (WHERE t.status = 'completed') AS completed_tasks,
  count(t.id) FILTER (WHERE t.status = 'cancelled') AS cancelled_tasks,
  count(t.id) FILTER (WHERE t.due_date < now() AND t.status NOT IN ('completed', 'cancelled')) AS overdue_tasks,
  count(t.id) FILTER (
    WHERE (t.due_date AT TIME ZONE 'UTC')::date = (now() AT TIME ZONE 'UTC')::date AND t.status NOT IN ('completed', 'cancelled')
  ) AS due_today_tasks,
  count(t.id) FILTER (WHERE t.priority = 'urgent' AND t.status NOT IN ('completed', 'cancelled')) AS urgent_tasks,
  now() AS as_of
FROM organizations o
LEFT JOIN tasks t ON t.org_id = o.id AND t.deleted_at IS NULL
GROUP BY o.id;
CREATE UNIQUE INDEX idx_task_stats_org_id ON task_stats (org_id);

-- Sums are 0, not NULL, where there is nothing to add (seed-defects 1.2 #38).
CREATE MATERIALIZED VIEW deal_stats AS
SELECT
  o.id AS org_id,
  count(d.id) AS total_deals,
  count(d.id) FILTER (WHERE d.stage = 'lead') AS lead_stage,
  count(d.id) FILTER (WHERE d.stage = 'qualified') AS qualified_stage,
  count(d.id) FILTER (WHERE d.stage = 'proposal') AS proposal_stage,
  count(d.id) FILTER (WHERE d.stage = 'negotiation') AS negotiation_stage,
  count(d.id) FILTER (WHERE d.stage = 'closed_won') AS closed_won,
  count(d.id) FILTER (WHERE d.stage = 'closed_lost') AS closed_lost,
  coalesce(sum(d.value), 0) AS total_value,
  coalesce(sum(d.value) FILTER (WHERE d.stage = 'closed_won'), 0) AS won_value,
  coalesce(sum(d.value * d.probability / 100) FILTER (WHERE d.stage NOT IN ('closed_won', 'closed_lost')), 0) AS weighted_pipeline,
  now() AS as_of
FROM organizations o
LEFT JOIN deals d ON d.org_id = o.id AND d.deleted_at IS NULL
GROUP BY o.id;
CREATE UNIQUE INDEX idx_deal_stats_org_id ON deal_stats (org_id);

-- Row level security stops at a materialized view (seed-defects 1.2 #33): users read these, one organization's rows each.
CREATE VIEW my_lead_stats WITH (security_barrier = true) AS
SELECT
  org_id, total_leads, new_leads, contacted_leads, replied_leads, scheduled_leads, closed_leads, lost_leads,
  positive_sentiment, neutral_sentiment, negative_sentiment, last_lead_created_at, last_lead_updated_at, as_of
FROM lead_stats
WHERE (SELECT is_trusted()) OR org_id IN (SELECT my_org_ids());

CREATE VIEW my_task_stats WITH (security_barrier = true) AS
SELECT
  org_id, total_tasks, pending_tasks, in_progress_tasks, completed_tasks, cancelled_tasks, overdue_tasks, due_today_tasks,
  urgent_tasks, as_of
FROM task_stats
WHERE (SELECT is_trusted()) OR org_id IN (SELECT my_org_ids());

CREATE VIEW my_deal_stats WITH (security_barrier = true) AS
SELECT
  org_id, total_deals, lead_stage, qualified_stage, proposal_stage, negotiation_stage, closed_won, closed_lost, total_value,
  won_value, weighted_pipeline, as_of
FROM deal_stats
WHERE (SELECT is_trusted()) OR org_id IN (SELECT my_org_ids());

-- Only the owner can refresh, so this runs as owner (seed-defects 1.2 #34); a view that was never filled cannot be
-- refreshed concurrently (seed-defects 1.2 #35).
CREATE FUNCTION refresh_stats(p_view text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  EXECUTE format(
    'REFRESH MATERIALIZED VIEW %s %I',
    CASE WHEN (SELECT c.relispopulated FROM pg_class c WHERE c.oid = to_regclass(p_view)) THEN 'CONCURRENTLY' ELSE '' END,
    p_view
  );
END
$$;

CREATE FUNCTION refresh_all_stats() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM refresh_stats('lead_stats');
  PERFORM refresh_stats('task_stats');
  PERFORM refresh_stats('deal_stats');
END
$$;
COMMENT ON FUNCTION refresh_all_stats() IS 'Refreshes lead_stats, task_stats and deal_stats. Call it after bulk changes or every 15 minutes.';

-- For a statement trigger on leads, attached to nothing: refreshing with every change costs too much.
CREATE FUNCTION refresh_lead_stats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM refresh_stats('lead_stats');
  RETURN NULL;
END
$$;
