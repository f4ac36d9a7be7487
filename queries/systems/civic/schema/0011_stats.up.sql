-- Statistics of the polls everybody may see. The seed's view holds private polls as well, and a materialized view has no row
-- level security (seed-defects 1.0 #9): here it holds public, live polls only, and users read it through the view below.
-- It counts live votes, and an average of nothing is 0 (seed-defects 1.0 #8).

CREATE MATERIALIZED VIEW poll_stats AS
SELECT
  p.id,
  p.title,
  p.total_votes,
  p.engagement_score,
  count(v.id) AS actual_votes,
  coalesce(avg(v.vote_confidence), 0) AS avg_confidence,
  now() AS as_of
FROM polls_v2 p
LEFT JOIN votes_v2 v ON v.poll_id = p.id AND v.is_active
WHERE p.privacy_level = 'public' AND p.is_active AND p.status <> 'draft'
GROUP BY p.id;
-- Without it the view cannot be refreshed concurrently (seed-defects 1.0 #7).
CREATE UNIQUE INDEX idx_poll_stats_id ON poll_stats (id);

-- A poll may have become private since the refresh.
CREATE VIEW public_poll_stats WITH (security_barrier = true) AS
SELECT
  s.id,
  s.title,
  s.total_votes,
  s.engagement_score,
  s.actual_votes,
  s.avg_confidence,
  s.as_of
FROM poll_stats s
JOIN polls_v2 p ON p.id = s.id
WHERE p.privacy_level = 'public' AND p.is_active AND p.status <> 'draft';

-- Only the owner can refresh, and a view that was never filled not concurrently.
CREATE FUNCTION refresh_poll_stats() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF (SELECT c.relispopulated FROM pg_class c WHERE c.oid = 'poll_stats'::regclass) THEN
    REFRESH MATERIALIZED VIEW CONCURRENTLY poll_stats;
  ELSE
    REFRESH MATERIALIZED VIEW poll_stats;
  END IF;
END
$$;
COMMENT ON FUNCTION refresh_poll_stats() IS 'Refreshes poll_stats without keeping readers out. Call it every five minutes.';
