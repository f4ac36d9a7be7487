-- Totals are kept by triggers; in the seed nothing keeps them (seed-defects 1.0 #10). They count live votes and live polls.
-- Locks come in one order, polls before profiles and each by id, so that two voters never wait for each other.

CREATE FUNCTION add_to_totals(p_polls uuid[], p_users uuid[], p_selected jsonb[], p_deltas integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM polls_v2 p WHERE p.id = ANY (p_polls) ORDER BY p.id FOR NO KEY UPDATE;
  UPDATE polls_v2 p
  SET total_votes = p.total_votes + d.votes
  FROM (SELECT m.poll_id, sum(m.delta)::integer AS votes FROM unnest(p_polls, p_deltas) m (poll_id, delta) GROUP BY m.poll_id) d
  WHERE p.id = d.poll_id AND d.votes <> 0;
  UPDATE poll_analytics a
  SET
    total_votes = p.total_votes,
    unique_voters = p.total_votes,
    last_updated = now()
  FROM polls_v2 p
  WHERE p.id = ANY (p_polls) AND a.poll_id = p.id AND (a.total_votes, a.unique_voters) <> (p.total_votes, p.total_votes);
  INSERT INTO poll_tallies AS t (poll_id, option_id, votes)
  SELECT
    p.id,
    c.option_id,
    sum(m.delta)
  FROM unnest(p_polls, p_selected, p_deltas) m (poll_id, selected, delta)
  JOIN polls_v2 p ON p.id = m.poll_id
  CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(m.selected) WHEN 'array' THEN m.selected ELSE '[]' END
  ) WITH ORDINALITY c (option_id, place)
  WHERE p.voting_method <> 'ranked' OR c.place = 1
  GROUP BY p.id, c.option_id
  HAVING sum(m.delta) <> 0
  ORDER BY p.id, c.option_id
  ON CONFLICT (poll_id, option_id) DO UPDATE SET votes = t.votes + EXCLUDED.votes;
  PERFORM FROM user_profiles_v2 u WHERE u.user_id = ANY (p_users) ORDER BY u.id FOR NO KEY UPDATE;
  UPDATE user_profiles_v2 u
  SET total_votes_cast = u.total_votes_cast + d.votes
  FROM (SELECT m.user_id, sum(m.delta)::integer AS votes FROM unnest(p_users, p_deltas) m (user_id, delta) GROUP BY m.user_id) d
  WHERE u.user_id = d.user_id AND d.votes <> 0;
  UPDATE user_analytics a
  SET
    votes_cast = u.total_votes_cast,
    last_updated = now()
  FROM user_profiles_v2 u
  WHERE u.user_id = ANY (p_users) AND a.user_id = u.user_id AND a.votes_cast <> u.total_votes_cast;
END
$$;

-- Once a statement, not once a vote. The rules are asked again under the lock of the polls: one of them may have been closed or
-- changed between the look of vote_rules and now, and for a voter it is the clock that counts, not the begin of the transaction.
-- PostgreSQL allows no column list beside transition tables: what did not change is left out here.
CREATE FUNCTION count_votes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v record;
  v_trusted boolean := is_trusted();
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM polls_v2 p WHERE p.id IN (SELECT n.poll_id FROM new_rows n) ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM require_valid_vote(
      n.poll_id,
      n.selected_options,
      CASE WHEN v_trusted THEN n.created_at ELSE clock_timestamp() END,
      v_trusted AND n.vote_metadata ? 'migrated_from'
    )
    FROM new_rows n;
    SELECT array_agg(n.poll_id) AS polls, array_agg(n.user_id) AS users, array_agg(n.selected_options) AS selected, array_agg(1) AS deltas
    INTO v
    FROM new_rows n
    WHERE n.is_active;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM polls_v2 p WHERE p.id IN (SELECT o.poll_id FROM old_rows o) ORDER BY p.id FOR NO KEY UPDATE;
    -- Votes that go with a login or a poll, by a foreign key, are not taken back.
    IF NOT v_trusted AND pg_trigger_depth() = 1 THEN
      PERFORM require_valid_vote(o.poll_id, NULL, clock_timestamp(), false) FROM old_rows o;
    END IF;
    SELECT array_agg(o.poll_id) AS polls, array_agg(o.user_id) AS users, array_agg(o.selected_options) AS selected, array_agg(-1) AS deltas
    INTO v
    FROM old_rows o
    WHERE o.is_active;
  ELSE
    PERFORM
    FROM polls_v2 p
    WHERE p.id IN (
      SELECT n.poll_id
      FROM old_rows o
      JOIN new_rows n ON n.id = o.id AND n.created_at = o.created_at
      WHERE (o.is_active, o.selected_options) <> (n.is_active, n.selected_options)
    )
    ORDER BY p.id
    FOR NO KEY UPDATE;
    PERFORM require_valid_vote(
      n.poll_id,
      n.selected_options,
      CASE WHEN v_trusted THEN now() ELSE clock_timestamp() END,
      v_trusted AND n.vote_metadata ? 'migrated_from'
    )
    FROM old_rows o
    JOIN new_rows n ON n.id = o.id AND n.created_at = o.created_at
    WHERE o.selected_options <> n.selected_options;
    SELECT array_agg(n.poll_id) AS polls, array_agg(n.user_id) AS users, array_agg(m.selected) AS selected, array_agg(m.delta) AS deltas
    INTO v
    FROM old_rows o
    JOIN new_rows n ON n.id = o.id AND n.created_at = o.created_at
    CROSS JOIN LATERAL (VALUES (o.is_active, o.selected_options, -1), (n.is_active, n.selected_options, 1)) m (counts, selected, delta)
    WHERE (o.is_active, o.selected_options) <> (n.is_active, n.selected_options) AND m.counts;
  END IF;
  IF v.polls IS NOT NULL THEN
    PERFORM add_to_totals(v.polls, v.users, v.selected, v.deltas);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER vote_totals AFTER INSERT ON votes_v2
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_votes();
CREATE TRIGGER vote_totals_on_update AFTER UPDATE ON votes_v2
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_votes();
CREATE TRIGGER vote_totals_on_delete AFTER DELETE ON votes_v2
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_votes();

-- No row trigger sees a TRUNCATE.
CREATE FUNCTION forget_votes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  DELETE FROM vote_registry;
  DELETE FROM poll_tallies;
  UPDATE polls_v2 SET total_votes = 0 WHERE total_votes <> 0;
  UPDATE poll_analytics SET total_votes = 0, unique_voters = 0 WHERE total_votes <> 0 OR unique_voters <> 0;
  UPDATE user_profiles_v2 SET total_votes_cast = 0 WHERE total_votes_cast <> 0;
  UPDATE user_analytics SET votes_cast = 0 WHERE votes_cast <> 0;
  RETURN NULL;
END
$$;
CREATE TRIGGER votes_forgotten AFTER TRUNCATE ON votes_v2
FOR EACH STATEMENT EXECUTE FUNCTION forget_votes();

CREATE FUNCTION count_polls() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_before uuid;
  v_after uuid;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.is_active THEN
    v_before := OLD.created_by;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.is_active THEN
    v_after := NEW.created_by;
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO poll_analytics (poll_id) VALUES (NEW.id) ON CONFLICT (poll_id) DO NOTHING;
  END IF;
  IF v_before IS DISTINCT FROM v_after THEN
    UPDATE user_profiles_v2 u
    SET total_polls_created = u.total_polls_created + CASE u.user_id WHEN v_after THEN 1 ELSE -1 END
    WHERE u.user_id IN (v_before, v_after);
    UPDATE user_analytics a
    SET
      polls_created = u.total_polls_created,
      last_updated = now()
    FROM user_profiles_v2 u
    WHERE u.user_id IN (v_before, v_after) AND a.user_id = u.user_id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER poll_totals AFTER INSERT OR DELETE ON polls_v2
FOR EACH ROW EXECUTE FUNCTION count_polls();
CREATE TRIGGER poll_totals_on_update AFTER UPDATE OF created_by, is_active ON polls_v2
FOR EACH ROW WHEN ((OLD.created_by, OLD.is_active) IS DISTINCT FROM (NEW.created_by, NEW.is_active)) EXECUTE FUNCTION count_polls();

CREATE FUNCTION recount_poll(p_poll_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_method text;
BEGIN
  SELECT p.voting_method INTO v_method FROM polls_v2 p WHERE p.id = p_poll_id FOR NO KEY UPDATE;
  UPDATE polls_v2 p
  SET total_votes = (SELECT count(*) FROM votes_v2 v WHERE v.poll_id = p.id AND v.is_active)
  WHERE p.id = p_poll_id;
  UPDATE poll_analytics a
  SET
    total_votes = p.total_votes,
    unique_voters = p.total_votes,
    last_updated = now()
  FROM polls_v2 p
  WHERE p.id = p_poll_id AND a.poll_id = p.id;
  DELETE FROM poll_tallies t WHERE t.poll_id = p_poll_id;
  INSERT INTO poll_tallies (poll_id, option_id, votes)
  SELECT
    v.poll_id,
    c.option_id,
    count(*)
  FROM votes_v2 v
  CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(v.selected_options) WHEN 'array' THEN v.selected_options ELSE '[]' END
  ) WITH ORDINALITY c (option_id, place)
  WHERE v.poll_id = p_poll_id AND v.is_active AND (v_method <> 'ranked' OR c.place = 1)
  GROUP BY v.poll_id, c.option_id;
END
$$;
COMMENT ON FUNCTION recount_poll(uuid) IS 'Counts the votes of a poll anew.';

CREATE FUNCTION recount_user(p_user_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE user_profiles_v2 u
  SET
    total_votes_cast = (SELECT count(*) FROM votes_v2 v WHERE v.user_id = u.user_id AND v.is_active),
    total_polls_created = (SELECT count(*) FROM polls_v2 p WHERE p.created_by = u.user_id AND p.is_active)
  WHERE u.user_id = p_user_id;
  INSERT INTO user_analytics AS a (user_id, votes_cast, polls_created)
  SELECT u.user_id, u.total_votes_cast, u.total_polls_created FROM user_profiles_v2 u WHERE u.user_id = p_user_id
  ON CONFLICT (user_id) DO UPDATE
  SET
    votes_cast = EXCLUDED.votes_cast,
    polls_created = EXCLUDED.polls_created,
    last_updated = now();
END
$$;
COMMENT ON FUNCTION recount_user(uuid) IS 'Counts the votes and the polls of a user anew.';

-- Who gets a profile may have voted before.
CREATE FUNCTION open_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM recount_user(NEW.user_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER profile_totals AFTER INSERT ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION open_profile();
