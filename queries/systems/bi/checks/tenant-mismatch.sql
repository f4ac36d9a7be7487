/*---
title    = "Rows of somebody who does not belong there"
severity = "error"
category = "rls"
about    = "data"
why      = "Policies go by organization_id. A row filed under an organization its user never belonged to, or another one than the record it hangs on, shows one customer's data to another."
whole    = [
  "organization_members", "assessments", "assessment_invitations", "market_insights", "engagement_intelligence", "growth_levers",
  "simulations", "growth_progress", "dashboard_widgets", "notifications", "team_messages",
]
---*/
-- Foreign keys hold all but the last together, as long as nobody loads data with triggers off; so everything is read.
-- Each pair of organization and user is looked up once, whatever hangs on it.
WITH pairs AS (
  SELECT 'assessments' AS name, r.organization_id, r.user_id, count(*) AS rows FROM assessments r GROUP BY 2, 3
  UNION ALL
  SELECT 'assessment_invitations', r.organization_id, r.inviter_id, count(*) FROM assessment_invitations r GROUP BY 2, 3
  UNION ALL
  SELECT 'market_insights', r.organization_id, r.user_id, count(*) FROM market_insights r GROUP BY 2, 3
  UNION ALL
  SELECT 'engagement_intelligence', r.organization_id, r.user_id, count(*) FROM engagement_intelligence r GROUP BY 2, 3
  UNION ALL
  SELECT 'growth_levers', r.organization_id, r.user_id, count(*) FROM growth_levers r GROUP BY 2, 3
  UNION ALL
  SELECT 'simulations', r.organization_id, r.user_id, count(*) FROM simulations r GROUP BY 2, 3
  UNION ALL
  SELECT 'growth_progress', r.organization_id, r.user_id, count(*) FROM growth_progress r GROUP BY 2, 3
  UNION ALL
  SELECT 'dashboard_widgets', r.organization_id, r.user_id, count(*) FROM dashboard_widgets r GROUP BY 2, 3
  UNION ALL
  SELECT 'notifications', r.organization_id, r.user_id, count(*) FROM notifications r GROUP BY 2, 3
  UNION ALL
  SELECT 'team_messages', r.organization_id, r.sender_id, count(*) FROM team_messages r GROUP BY 2, 3
  UNION ALL
  SELECT 'team_messages', r.organization_id, r.recipient_id, count(*) FROM team_messages r GROUP BY 2, 3
),
strangers AS (
  SELECT
    p.name,
    p.rows,
    format('user %s in organization %s', p.user_id, p.organization_id) AS says
  FROM pairs p
  WHERE p.organization_id IS NOT NULL
    AND p.user_id IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM organization_members m WHERE m.organization_id = p.organization_id AND m.user_id = p.user_id
    )
  UNION ALL
  SELECT
    'growth_progress',
    1,
    format('progress %s in organization %s, its lever in %s', g.id, g.organization_id, l.organization_id)
  FROM growth_progress g
  JOIN growth_levers l ON l.id = g.lever_id
  WHERE g.organization_id <> l.organization_id
)
SELECT
  current_schema() || '.' || s.name AS object,
  format('%s, the first: %s', CASE sum(s.rows) WHEN 1 THEN '1 row' ELSE sum(s.rows) || ' rows' END, min(s.says)) AS detail,
  'Decide whose the row is and set its organization_id right; then look how it got past the keys and triggers' AS fix,
  sum(s.rows) AS weight
FROM strangers s
GROUP BY s.name
/*--- plant
-- finds: bi.assessments
-- finds: bi.growth_progress
INSERT INTO users (id, email, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@bi.example', 'Plant', 'Plant');
INSERT INTO organizations (id, name, slug) VALUES
  ('00000000-0000-4000-8000-000000000002', 'Ours', 'plant-ours'),
  ('00000000-0000-4000-8000-000000000003', 'Theirs', 'plant-theirs'),
  ('00000000-0000-4000-8000-000000000005', 'Strange', 'plant-strange');
INSERT INTO organization_members (organization_id, user_id, role)
SELECT id, '00000000-0000-4000-8000-000000000001', 'member' FROM organizations WHERE slug <> 'plant-strange';
INSERT INTO assessments (user_id, organization_id, assessment_type)
VALUES ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 'right');
INSERT INTO growth_levers (id, user_id, organization_id, levers)
VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', '{}');
SET LOCAL session_replication_role = replica;
INSERT INTO growth_progress (user_id, organization_id, lever_id, milestone) VALUES (
  '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000004', 'wrong'
);
INSERT INTO assessments (user_id, organization_id, assessment_type)
VALUES ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000005', 'wrong');
---*/
