/*---
title    = "Statistics that do not match the records"
severity = "warning"
category = "views"
about    = "data"
why      = "The dashboard and the list of tenants read lead_stats, task_stats and deal_stats. Their contents are compared with the records."
door     = "views"
whole    = ["organizations", "leads", "tasks", "deals", "lead_stats", "task_stats", "deal_stats"]
local    = ["budgets"]
---*/
-- Within its budget a view may lag behind: there an organization counts only if no record of it was touched since the
-- refresh. What hangs on the clock is computed for as_of, the moment of the refresh.
WITH lead_rows AS (
  SELECT
    o.id AS org_id,
    count(l.id) AS total,
    count(l.id) FILTER (WHERE l.status = 'new') AS new,
    count(l.id) FILTER (WHERE l.status = 'contacted') AS contacted,
    count(l.id) FILTER (WHERE l.status = 'replied') AS replied,
    count(l.id) FILTER (WHERE l.status = 'meeting_scheduled') AS scheduled,
    count(l.id) FILTER (WHERE l.status = 'closed') AS closed,
    count(l.id) FILTER (WHERE l.status = 'lost') AS lost,
    count(l.id) FILTER (WHERE l.sentiment = 'positive') AS positive,
    count(l.id) FILTER (WHERE l.sentiment = 'neutral') AS neutral,
    count(l.id) FILTER (WHERE l.sentiment = 'negative') AS negative,
    max(l.created_at) AS last_created,
    max(l.updated_at) AS last_updated
  FROM organizations o
  LEFT JOIN leads l ON l.org_id = o.id AND l.deleted_at IS NULL
  GROUP BY o.id
),
task_rows AS (
  SELECT
    o.id AS org_id,
    count(t.id) AS total,
    count(t.id) FILTER (WHERE t.status = 'pending') AS pending,
    count(t.id) FILTER (WHERE t.status = 'in_progress') AS in_progress,
    count(t.id) FILTER (WHERE t.status = 'completed') AS completed,
    count(t.id) FILTER (WHERE t.status = 'cancelled') AS cancelled,
    count(t.id) FILTER (WHERE t.due_date < s.as_of AND t.status NOT IN ('completed', 'cancelled')) AS overdue,
    count(t.id) FILTER (
      WHERE t.due_date >= date_trunc('day', s.as_of AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
        AND t.due_date < (date_trunc('day', s.as_of AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'
        AND t.status NOT IN ('completed', 'cancelled')
    ) AS due_today,
    count(t.id) FILTER (WHERE t.priority = 'urgent' AND t.status NOT IN ('completed', 'cancelled')) AS urgent
  FROM organizations o
  LEFT JOIN task_stats s ON s.org_id = o.id
  LEFT JOIN tasks t ON t.org_id = o.id AND t.deleted_at IS NULL
  GROUP BY o.id
),
deal_rows AS (
  SELECT
    o.id AS org_id,
    count(d.id) AS total,
    count(d.id) FILTER (WHERE d.stage = 'lead') AS lead,
    count(d.id) FILTER (WHERE d.stage = 'qualified') AS qualified,
    count(d.id) FILTER (WHERE d.stage = 'proposal') AS proposal,
    count(d.id) FILTER (WHERE d.stage = 'negotiation') AS negotiation,
    count(d.id) FILTER (WHERE d.stage = 'closed_won') AS won,
    count(d.id) FILTER (WHERE d.stage = 'closed_lost') AS lost,
    coalesce(sum(d.value), 0) AS value,
    coalesce(sum(d.value) FILTER (WHERE d.stage = 'closed_won'), 0) AS won_value,
    coalesce(sum(d.value * d.probability / 100) FILTER (WHERE d.stage NOT IN ('closed_won', 'closed_lost')), 0) AS pipeline
  FROM organizations o
  LEFT JOIN deals d ON d.org_id = o.id AND d.deleted_at IS NULL
  GROUP BY o.id
),
differing AS (
  SELECT 'lead_stats' AS view, coalesce(r.org_id, s.org_id) AS org_id, s.as_of
  FROM lead_rows r
  FULL JOIN lead_stats s ON s.org_id = r.org_id
  WHERE (
    r.total, r.new, r.contacted, r.replied, r.scheduled, r.closed, r.lost, r.positive, r.neutral, r.negative, r.last_created,
    r.last_updated
  ) IS DISTINCT FROM (
    s.total_leads, s.new_leads, s.contacted_leads, s.replied_leads, s.scheduled_leads, s.closed_leads, s.lost_leads,
    s.positive_sentiment, s.neutral_sentiment, s.negative_sentiment, s.last_lead_created_at, s.last_lead_updated_at
  )
  UNION ALL
  SELECT 'task_stats', coalesce(r.org_id, s.org_id), s.as_of
  FROM task_rows r
  FULL JOIN task_stats s ON s.org_id = r.org_id
  WHERE (r.total, r.pending, r.in_progress, r.completed, r.cancelled, r.overdue, r.due_today, r.urgent) IS DISTINCT FROM (
    s.total_tasks, s.pending_tasks, s.in_progress_tasks, s.completed_tasks, s.cancelled_tasks, s.overdue_tasks, s.due_today_tasks,
    s.urgent_tasks
  )
  UNION ALL
  SELECT 'deal_stats', coalesce(r.org_id, s.org_id), s.as_of
  FROM deal_rows r
  FULL JOIN deal_stats s ON s.org_id = r.org_id
  WHERE (r.total, r.lead, r.qualified, r.proposal, r.negotiation, r.won, r.lost, r.value, r.won_value, r.pipeline) IS DISTINCT FROM (
    s.total_deals, s.lead_stage, s.qualified_stage, s.proposal_stage, s.negotiation_stage, s.closed_won, s.closed_lost,
    s.total_value, s.won_value, s.weighted_pipeline
  )
),
-- A moment later than now explains nothing: nobody has touched a record then.
refreshed AS (
  SELECT v.view, v.as_of, v.as_of > now() - coalesce(b.budget, interval '15 minutes') AS lenient
  FROM (
    SELECT 'lead_stats' AS view, max(s.as_of) AS as_of FROM lead_stats s
    UNION ALL
    SELECT 'task_stats', max(s.as_of) FROM task_stats s
    UNION ALL
    SELECT 'deal_stats', max(s.as_of) FROM deal_stats s
  ) v
  LEFT JOIN budgets b ON b.schema = current_schema() AND b.view = v.view
)
SELECT
  current_schema() || '.' || d.view AS object,
  format(
    '%s not match the records, refreshed %s',
    CASE count(*) WHEN 1 THEN '1 organization does' ELSE count(*) || ' organizations do' END,
    coalesce(max(d.as_of)::text, 'before there were any')
  ) AS detail,
  format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I.%I', current_schema(), d.view) AS fix,
  format('view=%s', d.view) AS filter,
  count(*) AS weight
FROM differing d
JOIN refreshed f ON f.view = d.view
WHERE f.lenient IS NOT TRUE
  OR NOT (
    EXISTS (SELECT FROM organizations o WHERE o.id = d.org_id AND o.created_at > f.as_of AND o.created_at <= now())
    OR CASE d.view
      WHEN 'lead_stats' THEN EXISTS (
        SELECT
        FROM leads r
        WHERE r.org_id = d.org_id
          AND greatest(r.created_at, r.updated_at, r.deleted_at) > f.as_of
          AND greatest(r.created_at, r.updated_at, r.deleted_at) <= now()
      )
      WHEN 'task_stats' THEN EXISTS (
        SELECT
        FROM tasks r
        WHERE r.org_id = d.org_id
          AND greatest(r.created_at, r.updated_at, r.deleted_at) > f.as_of
          AND greatest(r.created_at, r.updated_at, r.deleted_at) <= now()
      )
      ELSE EXISTS (
        SELECT
        FROM deals r
        WHERE r.org_id = d.org_id
          AND greatest(r.created_at, r.updated_at, r.deleted_at) > f.as_of
          AND greatest(r.created_at, r.updated_at, r.deleted_at) <= now()
      )
    END
  )
GROUP BY d.view
/*--- plant
-- finds: crm.lead_stats
-- finds: crm.deal_stats
INSERT INTO organizations (id, name, slug) VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 'plant');
REFRESH MATERIALIZED VIEW lead_stats;
REFRESH MATERIALIZED VIEW task_stats;
REFRESH MATERIALIZED VIEW deal_stats;
INSERT INTO leads (org_id, name, created_at, updated_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
INSERT INTO deals (org_id, title, value, created_at, updated_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'Plant', 1, '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
---*/
