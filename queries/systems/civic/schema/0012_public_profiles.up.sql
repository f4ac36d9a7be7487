-- What everybody may know of a user. The seed opens the table itself, and with it every e-mail address (seed-defects 1.0 #17).
-- privacy_settings are honoured: {"profile": "private"} hides the profile, {"bio": false} and {"hashtags": false} hide these.
-- A barrier view of its owner, not of its caller: the callers have no right to the table's other rows.

CREATE VIEW public_profiles WITH (security_barrier = true) AS
SELECT
  u.user_id,
  u.username,
  u.display_name,
  u.avatar_url,
  CASE WHEN u.privacy_settings -> 'bio' IS DISTINCT FROM 'false' THEN u.bio END AS bio,
  u.trust_tier,
  u.reputation_points,
  u.is_verified,
  CASE WHEN u.privacy_settings -> 'hashtags' IS DISTINCT FROM 'false' THEN u.primary_hashtags END AS primary_hashtags,
  u.total_polls_created,
  u.created_at
FROM user_profiles_v2 u
WHERE u.is_active AND u.privacy_settings ->> 'profile' IS DISTINCT FROM 'private';
