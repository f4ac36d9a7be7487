-- What makes a vote valid. The seed takes votes in ended polls, for options that do not exist, with any weight
-- (seed-defects 1.0 #14). The time that counts is the vote's own: users cannot set it, and a vote of the past is judged by its day.

-- Where a request came from, as our own gateway says it: it appends the address it sees, so the last hop counts; what stands before
-- is the caller's own word. NULL where nothing usable is said.
CREATE FUNCTION request_address() RETURNS inet
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
BEGIN
  RETURN btrim(regexp_replace(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-forwarded-for', '^.*,', ''))::inet;
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

-- Raises where the vote is none at this moment. Volatile: called again once the poll is locked, it sees what the poll has become.
-- Without a choice it says whether the poll is open.
CREATE FUNCTION require_valid_vote(p_poll_id uuid, p_selected jsonb, p_at timestamptz, p_taken_over boolean) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
  v_poll record;
  v_fault text;
BEGIN
  SELECT p.options, p.voting_method, p.status, p.is_active, p.start_time, p.end_time INTO v_poll
  FROM polls_v2 p
  WHERE p.id = p_poll_id;
  IF NOT FOUND THEN
    RETURN; -- the foreign key says it
  END IF;
  -- A vote taken over from the old tables was cast while its poll was open, whatever became of it since.
  IF NOT p_taken_over AND (v_poll.status <> 'active' OR NOT v_poll.is_active) THEN
    RAISE EXCEPTION 'the poll is %', CASE WHEN v_poll.is_active THEN v_poll.status ELSE 'removed' END
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF p_at < v_poll.start_time OR p_at > v_poll.end_time THEN
    RAISE EXCEPTION 'the poll runs from % to %', v_poll.start_time, v_poll.end_time USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  v_fault := CASE WHEN p_selected IS NOT NULL THEN choice_fault(v_poll.options, v_poll.voting_method, p_selected) END;
  IF v_fault IS NOT NULL THEN
    RAISE EXCEPTION '%', v_fault USING ERRCODE = 'check_violation';
  END IF;
END
$$;

-- A definer function: the voter may see neither the poll's settings nor another profile.
CREATE FUNCTION check_vote() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_voter record;
  v_taken_over boolean := NEW.vote_metadata ? 'migrated_from' AND is_trusted();
BEGIN
  PERFORM require_valid_vote(
    NEW.poll_id, NEW.selected_options, CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE now() END, v_taken_over
  );
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

-- What has been voted on stays what it was. The registry knows hidden votes too, and here sees those that came while this change
-- waited for the poll. Operators correct texts and times; a creator changes nothing a voter has read, and ends a poll once.
-- The status an operator gives stays until an operator makes the poll active again: a hold, in moderation_data.
CREATE FUNCTION check_poll_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  v_trusted boolean := is_trusted();
  v_voted boolean := EXISTS (SELECT FROM vote_registry r WHERE r.poll_id = OLD.id);
  v_over boolean := OLD.status IN ('closed', 'archived') OR OLD.end_time <= clock_timestamp();
  v_moved boolean := (NEW.start_time, NEW.end_time) IS DISTINCT FROM (OLD.start_time, OLD.end_time);
BEGIN
  IF v_trusted AND NEW.status <> OLD.status THEN
    NEW.moderation_data := CASE jsonb_typeof(NEW.moderation_data) WHEN 'object' THEN NEW.moderation_data - 'hold' ELSE '{}' END
      || CASE NEW.status WHEN 'active' THEN '{}' ELSE jsonb_build_object('hold', NEW.status) END;
  ELSIF NOT v_trusted AND OLD.moderation_data ? 'hold' AND (NEW.status <> OLD.status OR v_moved) THEN
    RAISE EXCEPTION 'a moderator holds the poll as %', OLD.moderation_data ->> 'hold' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT v_voted THEN
    RETURN NEW;
  END IF;
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
  IF v_trusted THEN
    RETURN NEW;
  END IF;
  IF (NEW.title, NEW.description, NEW.options) IS DISTINCT FROM (OLD.title, OLD.description, OLD.options) THEN
    RAISE EXCEPTION 'the poll has votes: its title, description and options stay' USING ERRCODE = 'object_not_in_prerequisite_state';
  ELSIF v_over AND (v_moved OR NEW.status <> OLD.status AND NEW.status NOT IN ('closed', 'archived')) THEN
    RAISE EXCEPTION 'the poll is over, and stays so' USING ERRCODE = 'object_not_in_prerequisite_state';
  ELSIF NEW.status = 'draft' AND OLD.status <> 'draft' THEN
    RAISE EXCEPTION 'the poll has votes: it is no draft again' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER poll_rules BEFORE UPDATE OF title, description, options, voting_method, start_time, end_time, status ON polls_v2
FOR EACH ROW EXECUTE FUNCTION check_poll_change();

CREATE FUNCTION check_poll_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NOT is_trusted() AND (OLD.moderation_data ? 'hold' OR EXISTS (SELECT FROM vote_registry r WHERE r.poll_id = OLD.id)) THEN
    RAISE EXCEPTION 'the poll has votes or is held by a moderator' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER poll_kept BEFORE DELETE ON polls_v2
FOR EACH ROW EXECUTE FUNCTION check_poll_delete();
