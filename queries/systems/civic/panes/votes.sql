/*---
title    = "Votes"
group    = "civic"
identity = ["id"]
paging   = "keyset"
[columns]
created_at         = { as = "time", sort = "desc" }
weight             = { as = "number" }
verified           = { as = "bool" }
trust              = { as = "number" }
same_device        = { as = "number" }
same_address       = { as = "number" }
ip_address         = { masked = true }
device_fingerprint = { masked = true }
user_agent         = { masked = true }
---*/
-- same_device and same_address: how many votes of the poll came from there, this one included.
SELECT
  v.created_at,
  p.title AS poll,
  u.display_name AS voter,
  (
    SELECT string_agg(
      coalesce((SELECT o.value ->> 'label' FROM jsonb_array_elements(p.options) o (value) WHERE o.value ->> 'id' = c.id LIMIT 1), c.id),
      CASE p.voting_method WHEN 'ranked' THEN ' > ' ELSE ', ' END ORDER BY c.place
    )
    FROM jsonb_array_elements_text(v.selected_options) WITH ORDINALITY c (id, place)
  ) AS chosen,
  v.vote_weight AS weight,
  v.is_verified AS verified,
  v.trust_score_at_vote AS trust,
  (SELECT count(*) FROM votes_v2 s WHERE s.poll_id = v.poll_id AND s.device_fingerprint = v.device_fingerprint) AS same_device,
  (SELECT count(*) FROM votes_v2 s WHERE s.poll_id = v.poll_id AND s.ip_address = v.ip_address) AS same_address,
  v.ip_address,
  v.device_fingerprint,
  v.user_agent,
  v.poll_id,
  v.id
FROM votes_v2 v
LEFT JOIN polls_v2 p ON p.id = v.poll_id
LEFT JOIN user_profiles_v2 u ON u.user_id = v.user_id
WHERE v.is_active
