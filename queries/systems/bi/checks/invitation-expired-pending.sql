/*---
title    = "Invitations nobody answered in time"
severity = "info"
category = "leads"
about    = "data"
why      = "They still read as pending, although their links no longer open. Whoever counts open invitations counts them too."
door     = "leads"
whole    = ["assessment_invitations"]
---*/
SELECT
  current_schema() || '.assessment_invitations' AS object,
  format(
    '%s pending and past the end, the oldest since %s', CASE count(*) WHEN 1 THEN '1 invitation is' ELSE count(*) || ' invitations are' END, min(i.expires_at)
  ) AS detail,
  format('UPDATE %I.assessment_invitations SET status = ''expired'' WHERE status = ''pending'' AND expires_at < now()', current_schema()) AS fix,
  'status=pending' AS filter,
  count(*) AS weight
FROM assessment_invitations i
WHERE i.status = 'pending' AND i.expires_at < now()
HAVING count(*) > 0
/*--- plant
-- finds: bi.assessment_invitations
INSERT INTO assessment_invitations (invitee_email, assessment_type, invitation_token, status, expires_at) VALUES
  ('right@bi.example', 'onboarding', repeat('a', 64), 'pending', now() + interval '1 day'),
  ('right@bi.example', 'onboarding', repeat('b', 64), 'expired', now() - interval '1 day'),
  ('wrong@bi.example', 'onboarding', repeat('c', 64), 'pending', now() - interval '1 day');
---*/
