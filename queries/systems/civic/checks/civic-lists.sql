/*---
title    = "Lists of values and ranges as the system expects them"
severity = "error"
category = "schema"
about    = "schema"
why      = "The application knows these words and no others, and scores outside their range break every average. A constraint that is gone or wider lets them in."
---*/
-- A list is compared as a set, a range by its bounds, in whatever way the constraint is written.
WITH expected (name, attname, allowed) AS (VALUES
  ('user_profiles_v2', 'trust_tier', ARRAY['T0', 'T1', 'T2', 'T3']),
  ('user_profiles_v2', 'trust_score', ARRAY['0', '100']),
  ('user_profiles_v2', 'verification_status', ARRAY['pending', 'rejected', 'unverified', 'verified']),
  ('polls_v2', 'voting_method', ARRAY['approval', 'multiple', 'ranked', 'single']),
  ('polls_v2', 'status', ARRAY['active', 'archived', 'closed', 'draft', 'paused']),
  ('polls_v2', 'privacy_level', ARRAY['high-privacy', 'private', 'public']),
  ('votes_v2', 'vote_weight', ARRAY['0', '10']),
  ('votes_v2', 'vote_confidence', ARRAY['0', '1']),
  ('votes_v2', 'trust_score_at_vote', ARRAY['0', '100']),
  ('feedback_v2', 'feedback_type', ARRAY['accessibility', 'bug', 'feature', 'general', 'performance', 'security']),
  ('feedback_v2', 'priority', ARRAY['high', 'low', 'medium', 'urgent']),
  ('feedback_v2', 'status', ARRAY['closed', 'duplicate', 'in_progress', 'open', 'resolved']),
  ('feedback_v2', 'sentiment_score', ARRAY['-1', '1']),
  ('feedback_v2', 'urgency_score', ARRAY['0', '1']),
  ('feedback_v2', 'complexity_score', ARRAY['0', '1']),
  ('user_analytics', 'trust_score', ARRAY['0', '100']),
  ('audit_logs', 'operation', ARRAY['DELETE', 'INSERT', 'RESTORE', 'SOFT_DELETE', 'UPDATE'])
),
found AS (
  SELECT
    e.name,
    e.attname,
    e.allowed,
    k.oid IS NOT NULL AS has,
    k.convalidated,
    ARRAY(
      SELECT DISTINCT coalesce(m.hit[1], m.hit[2]) COLLATE "C" AS word
      FROM regexp_matches(pg_catalog.pg_get_constraintdef(k.oid), '''([^'']*)''|\((-?\d+)\)', 'g') m (hit)
      ORDER BY word
    ) AS words
  FROM expected e
  JOIN pg_catalog.pg_class c
    ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', current_schema(), e.name)) AND c.relkind IN ('r', 'p')
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = e.attname AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
)
SELECT
  format('%I.%I.%I', current_schema(), f.name, f.attname) AS object,
  CASE
    WHEN NOT bool_or(f.has) THEN 'no constraint says which values are allowed'
    WHEN NOT bool_or(f.words = f.allowed) THEN format('allows %s, not %s', min(array_to_string(f.words, ', ')), array_to_string(f.allowed, ', '))
    ELSE 'the constraint was never validated: rows from before it may hold anything'
  END AS detail,
  'Create the constraint again, as the migrations have it' AS fix
FROM found f
GROUP BY f.name, f.attname, f.allowed
HAVING NOT bool_or(f.has AND f.words = f.allowed AND f.convalidated)
/*--- plant
-- finds: civic.polls_v2.status
-- finds: civic.user_profiles_v2.trust_tier
-- finds: civic.feedback_v2.sentiment_score
ALTER TABLE polls_v2 DROP CONSTRAINT polls_v2_status_check;
ALTER TABLE user_profiles_v2 DROP CONSTRAINT user_profiles_v2_trust_tier_check;
ALTER TABLE user_profiles_v2 ADD CONSTRAINT user_profiles_v2_trust_tier_check CHECK (trust_tier IN ('T3', 'T0', 'T1', 'T2', 'T4'));
ALTER TABLE feedback_v2 DROP CONSTRAINT feedback_v2_sentiment_score_check;
ALTER TABLE feedback_v2 ADD CONSTRAINT feedback_v2_sentiment_score_check CHECK (sentiment_score BETWEEN -2 AND 1);
---*/
