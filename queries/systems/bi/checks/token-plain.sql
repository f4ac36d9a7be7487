/*---
title    = "Tokens kept as they are"
severity = "error"
category = "security"
about    = "data"
why      = "Only hashes of tokens are kept, so that who reads a backup can neither take over a session nor follow an invitation. These look like tokens."
door     = "leads"
whole    = ["user_sessions", "assessment_invitations"]
---*/
-- The tokens themselves are not shown.
WITH plain AS (
  SELECT 'user_sessions' AS name, s.id FROM user_sessions s WHERE s.session_token !~ '^[0-9a-f]{64}$'
  UNION ALL
  SELECT 'assessment_invitations', i.id FROM assessment_invitations i WHERE i.invitation_token !~ '^[0-9a-f]{64}$'
)
SELECT
  current_schema() || '.' || p.name AS object,
  format('%s no sha-256, the first is of %s', CASE count(*) WHEN 1 THEN '1 token is' ELSE count(*) || ' tokens are' END, min(p.id::text)) AS detail,
  format(
    'UPDATE %I.%I SET %I = %1$I.token_hash(%3$I) WHERE %3$I !~ ''^[0-9a-f]{64}$''; then add the CHECK again',
    current_schema(),
    p.name,
    CASE p.name WHEN 'user_sessions' THEN 'session_token' ELSE 'invitation_token' END
  ) AS fix,
  CASE p.name WHEN 'assessment_invitations' THEN 'id=' || min(p.id::text) END AS filter,
  count(*) AS weight
FROM plain p
GROUP BY p.name
/*--- plant
-- finds: bi.user_sessions
-- finds: bi.assessment_invitations
ALTER TABLE user_sessions DROP CONSTRAINT session_token_hashed;
ALTER TABLE assessment_invitations DROP CONSTRAINT invitation_token_hashed;
INSERT INTO users (id, email, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'plant@bi.example', 'Plant', 'Plant');
INSERT INTO user_sessions (user_id, session_token) VALUES
  ('00000000-0000-4000-8000-000000000001', repeat('a', 64)),
  ('00000000-0000-4000-8000-000000000001', 'plain');
INSERT INTO assessment_invitations (invitee_email, assessment_type, invitation_token, expires_at)
VALUES ('plant@bi.example', 'onboarding', 'welcome', now());
---*/
