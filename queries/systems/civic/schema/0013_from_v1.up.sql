-- The way from the old tables user_profiles, polls, votes and feedback to the new ones, as the seed plans it: first the tables
-- alongside (the steps before this one), then profiles, polls, votes and feedback in this order, then a validation. The
-- old tables have to stand in this schema; the seed does not show their columns, so rows are read by the names they may have.
-- Ids stay, a second run adds what came since, and a row that cannot be taken over is named in a notice.

CREATE FUNCTION v1_rows(p_table text) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
BEGIN
  IF to_regclass(quote_ident(p_table)) IS NOT NULL THEN
    RETURN QUERY EXECUTE format('SELECT to_jsonb(o) FROM %I o', p_table);
  END IF;
END
$$;
COMMENT ON FUNCTION v1_rows(text) IS 'The rows of an old table; none where it does not stand.';

-- A word of an old row where the new table knows it.
CREATE FUNCTION known_word(p_word text, p_known text[], p_else text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT CASE WHEN lower(p_word) = ANY (p_known) THEN lower(p_word) ELSE p_else END
$$;

-- Arrays of old rows are jsonb arrays by now; a text is taken apart at commas.
CREATE FUNCTION words_of(p_value jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT CASE jsonb_typeof(p_value)
    WHEN 'array' THEN ARRAY(SELECT w.word FROM jsonb_array_elements_text(p_value) w (word))
    WHEN 'string' THEN regexp_split_to_array(p_value #>> '{}', '\s*,\s*')
    ELSE '{}'
  END
$$;

CREATE FUNCTION migrate_user_profiles() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  o jsonb;
  v_user uuid;
  v_count integer := 0;
BEGIN
  FOR o IN SELECT r FROM v1_rows('user_profiles') r LOOP
    v_user := coalesce(o ->> 'user_id', o ->> 'id')::uuid;
    CONTINUE WHEN EXISTS (SELECT FROM user_profiles_v2 u WHERE u.id = (o ->> 'id')::uuid);
    BEGIN
      INSERT INTO user_profiles_v2 (
        id, user_id, username, display_name, email, avatar_url, bio, trust_tier, preferences, is_active, created_at, updated_at,
        created_by, modification_reason
      )
      VALUES (
        (o ->> 'id')::uuid,
        v_user,
        coalesce(o ->> 'username', split_part(o ->> 'email', '@', 1)),
        coalesce(o ->> 'display_name', o ->> 'full_name', o ->> 'username', split_part(o ->> 'email', '@', 1)),
        o ->> 'email',
        o ->> 'avatar_url',
        o ->> 'bio',
        coalesce(o ->> 'trust_tier', 'T0'),
        coalesce(o -> 'preferences', '{}'),
        coalesce((o ->> 'is_active')::boolean, true),
        coalesce((o ->> 'created_at')::timestamptz, now()),
        coalesce((o ->> 'updated_at')::timestamptz, (o ->> 'created_at')::timestamptz, now()),
        v_user,
        'migrated from user_profiles'
      );
      v_count := v_count + 1;
    EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN
      RAISE NOTICE 'profile % stays behind: %', o ->> 'id', SQLERRM;
    END;
  END LOOP;
  RETURN v_count;
END
$$;

CREATE FUNCTION migrate_polls() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  o jsonb;
  v_creator uuid;
  v_tags text[];
  v_first timestamptz;
  v_last timestamptz;
  v_created timestamptz;
  v_count integer := 0;
BEGIN
  FOR o IN SELECT r FROM v1_rows('polls') r LOOP
    CONTINUE WHEN EXISTS (SELECT FROM polls_v2 p WHERE p.id = (o ->> 'id')::uuid);
    BEGIN
      v_created := coalesce((o ->> 'created_at')::timestamptz, now());
      SELECT min((v ->> 'created_at')::timestamptz), max((v ->> 'created_at')::timestamptz) INTO v_first, v_last
      FROM v1_rows('votes') v
      WHERE v ->> 'poll_id' = o ->> 'id';
      v_creator := (SELECT l.id FROM auth.users l WHERE l.id = (o ->> 'created_by')::uuid);
      -- Hashtags are the old tags, and what a title or a description marks as one.
      v_tags := normal_hashtags(words_of(o -> 'tags') || ARRAY(
        SELECT m.hit[1] FROM regexp_matches(concat_ws(' ', o ->> 'title', o ->> 'description'), '#([[:alnum:]_-]+)', 'g') m (hit)
      ));
      INSERT INTO polls_v2 (
        id, title, description, options, voting_method, created_by, created_at, updated_at, start_time, end_time, status, privacy_level,
        hashtags, primary_hashtag, category, is_active, modification_reason
      )
      VALUES (
        (o ->> 'id')::uuid,
        coalesce(o ->> 'title', o ->> 'question'),
        o ->> 'description',
        o -> 'options',
        known_word(o ->> 'voting_method', ARRAY['single', 'multiple', 'ranked', 'approval'], 'single'),
        v_creator,
        v_created,
        coalesce((o ->> 'updated_at')::timestamptz, v_created),
        -- Wide enough for the votes that were cast.
        least((o ->> 'start_time')::timestamptz, v_created, v_first),
        greatest(coalesce((o ->> 'end_time')::timestamptz, (o ->> 'expires_at')::timestamptz, v_created + interval '30 days'), v_last),
        known_word(o ->> 'status', ARRAY['draft', 'active', 'paused', 'closed', 'archived'], 'closed'),
        known_word(o ->> 'privacy_level', ARRAY['public', 'private', 'high-privacy'], CASE o ->> 'is_public' WHEN 'false' THEN 'private' ELSE 'public' END),
        v_tags,
        v_tags[1],
        o ->> 'category',
        coalesce((o ->> 'is_active')::boolean, true),
        'migrated from polls'
      );
      v_count := v_count + 1;
    EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN
      RAISE NOTICE 'poll % stays behind: %', o ->> 'id', SQLERRM;
    END;
  END LOOP;
  RETURN v_count;
END
$$;

-- An old vote names its choice by a list, by the option itself, or by its place counted from 0, as the application did.
CREATE FUNCTION migrate_votes() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  o jsonb;
  v_choice jsonb;
  v_ids text[];
  v_count integer := 0;
BEGIN
  FOR o IN SELECT r FROM v1_rows('votes') r LOOP
    CONTINUE WHEN EXISTS (SELECT FROM vote_registry g WHERE g.vote_id = (o ->> 'id')::uuid);
    BEGIN
      v_choice := coalesce(o -> 'selected_options', o -> 'choices', o -> 'choice', o -> 'option_id');
      SELECT option_ids(p.options) INTO v_ids FROM polls_v2 p WHERE p.id = (o ->> 'poll_id')::uuid;
      IF jsonb_typeof(v_choice) <> 'array' THEN
        v_choice := jsonb_build_array(v_choice);
      END IF;
      SELECT jsonb_agg(coalesce(i.id, c.value #>> '{}') ORDER BY c.place) INTO v_choice
      FROM jsonb_array_elements(v_choice) WITH ORDINALITY c (value, place)
      LEFT JOIN unnest(v_ids) WITH ORDINALITY i (id, place)
        ON CASE WHEN jsonb_typeof(c.value) = 'number' AND NOT (c.value #>> '{}') = ANY (v_ids) THEN i.place - 1 = (c.value #>> '{}')::numeric END;
      INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, vote_metadata)
      VALUES (
        (o ->> 'id')::uuid,
        (o ->> 'poll_id')::uuid,
        (o ->> 'user_id')::uuid,
        v_choice,
        (o ->> 'created_at')::timestamptz,
        coalesce((o ->> 'updated_at')::timestamptz, (o ->> 'created_at')::timestamptz),
        '{"migrated_from": "votes"}'
      );
      v_count := v_count + 1;
    EXCEPTION WHEN integrity_constraint_violation OR data_exception OR object_not_in_prerequisite_state THEN
      RAISE NOTICE 'vote % stays behind: %', o ->> 'id', SQLERRM;
    END;
  END LOOP;
  PERFORM ensure_vote_partitions();
  RETURN v_count;
END
$$;

CREATE FUNCTION migrate_feedback() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
  o jsonb;
  v_count integer := 0;
BEGIN
  FOR o IN SELECT r FROM v1_rows('feedback') r LOOP
    CONTINUE WHEN EXISTS (SELECT FROM feedback_v2 f WHERE f.id = (o ->> 'id')::uuid);
    BEGIN
      INSERT INTO feedback_v2 (
        id, user_id, title, description, feedback_type, category, priority, status, ai_analysis, sentiment_score, created_at, updated_at
      )
      VALUES (
        (o ->> 'id')::uuid,
        (SELECT l.id FROM auth.users l WHERE l.id = (o ->> 'user_id')::uuid),
        coalesce(o ->> 'title', left(o ->> 'description', 255)),
        coalesce(o ->> 'description', o ->> 'message', o ->> 'title'),
        known_word(
          coalesce(o ->> 'feedback_type', o ->> 'type'), ARRAY['bug', 'feature', 'general', 'performance', 'accessibility', 'security'], 'general'
        ),
        coalesce(o ->> 'category', o ->> 'feedback_type', o ->> 'type'),
        known_word(o ->> 'priority', ARRAY['low', 'medium', 'high', 'urgent'], 'medium'),
        known_word(o ->> 'status', ARRAY['open', 'in_progress', 'resolved', 'closed', 'duplicate'], 'open'),
        coalesce(o -> 'ai_analysis', '{}'),
        CASE o ->> 'sentiment' WHEN 'positive' THEN 0.5 WHEN 'negative' THEN -0.5 ELSE 0 END,
        coalesce((o ->> 'created_at')::timestamptz, now()),
        coalesce((o ->> 'updated_at')::timestamptz, (o ->> 'created_at')::timestamptz, now())
      );
      v_count := v_count + 1;
    EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN
      RAISE NOTICE 'feedback % stays behind: %', o ->> 'id', SQLERRM;
    END;
  END LOOP;
  RETURN v_count;
END
$$;

CREATE FUNCTION migrate_from_v1() RETURNS TABLE (source text, migrated integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  RETURN QUERY SELECT 'user_profiles', migrate_user_profiles();
  RETURN QUERY SELECT 'polls', migrate_polls();
  RETURN QUERY SELECT 'votes', migrate_votes();
  RETURN QUERY SELECT 'feedback', migrate_feedback();
END
$$;
COMMENT ON FUNCTION migrate_from_v1() IS 'Takes over the rows of the old tables, in the order of the references. Can be called again.';

CREATE FUNCTION validate_migration() RETURNS TABLE ("check" text, expected bigint, actual bigint, ok boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT c.name, c.expected, c.actual, c.expected = c.actual
  FROM (
    SELECT 'user_profiles are there' AS name, count(*) AS expected, count(u.id) AS actual
    FROM v1_rows('user_profiles') o
    LEFT JOIN user_profiles_v2 u ON u.id = (o ->> 'id')::uuid
    UNION ALL
    SELECT 'polls are there', count(*), count(p.id)
    FROM v1_rows('polls') o
    LEFT JOIN polls_v2 p ON p.id = (o ->> 'id')::uuid
    UNION ALL
    SELECT 'votes are there', count(*), count(v.id)
    FROM v1_rows('votes') o
    LEFT JOIN votes_v2 v ON v.id = (o ->> 'id')::uuid
    UNION ALL
    SELECT 'feedback is there', count(*), count(f.id)
    FROM v1_rows('feedback') o
    LEFT JOIN feedback_v2 f ON f.id = (o ->> 'id')::uuid
    UNION ALL
    SELECT 'profiles keep their login and address', count(*), count(u.id)
    FROM v1_rows('user_profiles') o
    LEFT JOIN user_profiles_v2 u
      ON u.id = (o ->> 'id')::uuid AND u.user_id = coalesce(o ->> 'user_id', o ->> 'id')::uuid AND u.email = o ->> 'email'
    UNION ALL
    SELECT 'polls keep their title and options', count(*), count(p.id)
    FROM v1_rows('polls') o
    LEFT JOIN polls_v2 p ON p.id = (o ->> 'id')::uuid AND p.title = coalesce(o ->> 'title', o ->> 'question') AND p.options = o -> 'options'
    UNION ALL
    SELECT 'votes keep their poll and voter', count(*), count(v.id)
    FROM v1_rows('votes') o
    LEFT JOIN votes_v2 v
      ON v.id = (o ->> 'id')::uuid AND v.poll_id = (o ->> 'poll_id')::uuid AND v.user_id = (o ->> 'user_id')::uuid
    UNION ALL
    SELECT 'votes are registered', count(*), count(g.vote_id)
    FROM v1_rows('votes') o
    LEFT JOIN vote_registry g ON g.vote_id = (o ->> 'id')::uuid
    UNION ALL
    SELECT 'polls count their votes', count(*), count(*) FILTER (
      WHERE p.total_votes = (SELECT count(*) FROM votes_v2 v WHERE v.poll_id = p.id AND v.is_active)
    )
    FROM v1_rows('polls') o
    JOIN polls_v2 p ON p.id = (o ->> 'id')::uuid
  ) c
$$;
COMMENT ON FUNCTION validate_migration() IS 'Compares the old tables with the new ones; every row must be ok before the old ones go.';
