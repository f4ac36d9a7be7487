/*---
title    = "Trust that nobody gave"
severity = "error"
category = "security"
about    = "data"
why      = "Verification is what moderators do. A profile of the upper tiers that was never verified, or one that says verified in one column and not in the other, has been promoted past them."
door     = "profiles"
whole    = ["user_profiles_v2"]
---*/
SELECT
  current_schema() || '.user_profiles_v2' AS object,
  format(
    '%s: the first is %s with tier %s, is_verified %s, status %s',
    CASE count(*) WHEN 1 THEN '1 profile does not fit' ELSE count(*) || ' profiles do not fit' END,
    (array_agg(u.id ORDER BY u.id))[1],
    (array_agg(u.trust_tier ORDER BY u.id))[1],
    (array_agg(u.is_verified ORDER BY u.id))[1],
    (array_agg(u.verification_status ORDER BY u.id))[1]
  ) AS detail,
  'Look into the audit trail who changed it; then verify the user, or set trust_tier = ''T0'', is_verified = false' AS fix,
  'id=' || (array_agg(u.id ORDER BY u.id))[1] AS filter,
  count(*) AS weight
FROM user_profiles_v2 u
WHERE u.is_active
  AND (u.is_verified <> (u.verification_status = 'verified') OR (u.trust_tier IN ('T2', 'T3') AND u.verification_status <> 'verified'))
HAVING count(*) > 0
/*--- plant
-- finds: civic.user_profiles_v2
INSERT INTO auth.users (id) SELECT md5('plant' || n)::uuid FROM generate_series(1, 2) n;
INSERT INTO user_profiles_v2 (user_id, username, display_name, email, trust_tier, trust_score, is_verified, verification_status) VALUES
  (md5('plant1')::uuid, 'right', 'Right', 'right@plant.example', 'T2', 70, true, 'verified'),
  (md5('plant2')::uuid, 'wrong', 'Wrong', 'wrong@plant.example', 'T3', 100, true, 'unverified');
---*/
