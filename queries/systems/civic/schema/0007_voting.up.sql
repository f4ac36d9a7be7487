-- What makes a vote valid. The seed takes votes in ended polls, for options that do not exist, with any weight
-- (seed-defects 1.0 #14). The time that counts is the vote's own: users cannot set it, and a vote of the past is judged by its day.

-- Where a request came from, as the gateway says it. NULL where nothing usable is said.
CREATE FUNCTION request_address() RETURNS inet
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
BEGIN
  RETURN btrim(split_part(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-forwarded-for', ',', 1))::inet;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;

CREATE FUNCTION request_agent() RETURNS text
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
BEGIN
  RETURN left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 1000);
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;

-- NULL where the choice is one; otherwise what is wrong with it.
CREATE FUNCTION choice_fault(p_options jsonb, p_method text, p_selected jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $$
DECLARE
  v_ids text[] := option_ids(p_options);
  v_chosen text[];
BEGIN
  IF jsonb_typeof(p_selected) IS DISTINCT FROM 'array' THEN
    RETURN 'the chosen options are no list';
  END IF;
  v_chosen := ARRAY(SELECT c.id FROM jsonb_array_elements_text(p_selected) c (id));
  IF NOT v_chosen <@ v_ids OR array_position(v_chosen, NULL) IS NOT NULL THEN
    RETURN 'a chosen option is none of the poll';
  ELSIF cardinality(v_chosen) = 0 THEN
    RETURN 'no option is chosen';
  ELSIF cardinality(v_chosen) <> (SELECT count(DISTINCT c.id) FROM unnest(v_chosen) c (id)) THEN
    RETURN 'an option is chosen twice';
  ELSIF p_method = 'single' AND cardinality(v_chosen) > 1 THEN
    RETURN 'the poll takes one option, and several are chosen';
  ELSIF p_method = 'ranked' AND cardinality(v_chosen) <> cardinality(v_ids) THEN
    RETURN 'the poll ranks all options, and some are left out';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION choice_fault(jsonb, text, jsonb) IS 'single takes one option, multiple and approval at least one, ranked all of them in order.';

-- A definer function: the voter may see neither the poll's settings nor another profile.
CREATE FUNCTION check_vote() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_poll record;
  v_voter record;
  v_at timestamptz := CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE now() END;
  v_fault text;
  -- A vote taken over from the old tables was cast while its poll was open and its voter there, whatever became of them since.
  v_taken_over boolean := NEW.vote_metadata ? 'migrated_from' AND is_trusted();
BEGIN
  SELECT p.options, p.voting_method, p.status, p.is_active, p.start_time, p.end_time INTO v_poll
  FROM polls_v2 p
  WHERE p.id = NEW.poll_id;
  IF NOT FOUND THEN
    RETURN NEW; -- the foreign key says it
  END IF;
  IF NOT v_taken_over AND (v_poll.status <> 'active' OR NOT v_poll.is_active) THEN
    RAISE EXCEPTION 'the poll is %', CASE WHEN v_poll.is_active THEN v_poll.status ELSE 'removed' END
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF v_at < v_poll.start_time OR v_at > v_poll.end_time THEN
    RAISE EXCEPTION 'the poll runs from % to %', v_poll.start_time, v_poll.end_time USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  v_fault := choice_fault(v_poll.options, v_poll.voting_method, NEW.selected_options);
  IF v_fault IS NOT NULL THEN
    RAISE EXCEPTION '%', v_fault USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT u.is_active, u.trust_score INTO v_voter FROM user_profiles_v2 u WHERE u.user_id = NEW.user_id;
    IF NOT v_taken_over AND v_voter.is_active = false THEN
      RAISE EXCEPTION 'the profile of the voter is removed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.trust_score_at_vote := coalesce(NEW.trust_score_at_vote, v_voter.trust_score);
    NEW.ip_address := coalesce(NEW.ip_address, request_address());
    NEW.user_agent := coalesce(NEW.user_agent, request_agent());
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER vote_rules BEFORE INSERT OR UPDATE OF selected_options ON votes_v2
FOR EACH ROW EXECUTE FUNCTION check_vote();

-- What has been voted on stays what it was.
CREATE FUNCTION check_poll_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NEW.voting_method <> OLD.voting_method THEN
    RAISE EXCEPTION 'the poll has votes: its voting method stays' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF NEW.start_time > OLD.start_time AND EXISTS (SELECT FROM votes_v2 v WHERE v.poll_id = OLD.id AND v.created_at < NEW.start_time) THEN
    RAISE EXCEPTION 'the poll has votes from before %', NEW.start_time USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF NEW.end_time < OLD.end_time AND EXISTS (SELECT FROM votes_v2 v WHERE v.poll_id = OLD.id AND v.created_at > NEW.end_time) THEN
    RAISE EXCEPTION 'the poll has votes from after %', NEW.end_time USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF EXISTS (SELECT FROM poll_tallies t WHERE t.poll_id = OLD.id AND t.votes > 0 AND NOT t.option_id = ANY (option_ids(NEW.options))) THEN
    RAISE EXCEPTION 'an option that has votes stays' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER poll_rules BEFORE UPDATE OF options, voting_method, start_time, end_time ON polls_v2
FOR EACH ROW WHEN (OLD.total_votes > 0) EXECUTE FUNCTION check_poll_change();
