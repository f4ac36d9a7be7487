-- Full-text search. Names, companies and addresses go through 'simple': 'english' drops "Will" as a stop word, and an
-- address is one token to it, so its parts are added as words (seed-defects 1.2 #40). Long texts are cut before they reach
-- the limit of a tsvector, which would refuse the row (seed-defects 1.2 #43).

CREATE FUNCTION address_words(p_address text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$ SELECT left(coalesce(p_address, ''), 1000) || ' ' || translate(left(coalesce(p_address, ''), 1000), '@._-+', '     ') $$;

CREATE FUNCTION leads_search_vector_update() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.search_vector :=
    setweight(to_tsvector('simple', left(NEW.name, 10000)), 'A')
    || setweight(to_tsvector('simple', address_words(NEW.email)), 'A')
    || setweight(to_tsvector('simple', left(coalesce(NEW.company, ''), 10000)), 'B')
    || setweight(to_tsvector('english', left(coalesce(NEW.notes, ''), 200000)), 'C')
    -- Lowest weight: "developers" should still find "John Developer".
    || setweight(to_tsvector('english', left(NEW.name, 10000) || ' ' || left(coalesce(NEW.company, ''), 10000)), 'D');
  RETURN NEW;
END
$$;

CREATE FUNCTION notes_search_vector_update() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.search_vector := to_tsvector('english', left(NEW.content, 200000));
  RETURN NEW;
END
$$;

CREATE FUNCTION email_messages_search_vector_update() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.search_vector :=
    setweight(to_tsvector('english', left(coalesce(NEW.subject, ''), 10000)), 'A')
    || setweight(to_tsvector('english', left(coalesce(NEW.body_text, ''), 200000)), 'B')
    || setweight(to_tsvector('simple', address_words(NEW.from_email) || ' ' || left(coalesce(NEW.from_name, ''), 1000)), 'C');
  RETURN NEW;
END
$$;

-- Only when a searched column is written; the seed recomputed the vector with every counter (seed-defects 1.2 #19).
CREATE TRIGGER leads_search_update BEFORE INSERT OR UPDATE OF name, email, company, notes, search_vector ON leads
FOR EACH ROW EXECUTE FUNCTION leads_search_vector_update();
CREATE TRIGGER notes_search_update BEFORE INSERT OR UPDATE OF content, search_vector ON notes
FOR EACH ROW EXECUTE FUNCTION notes_search_vector_update();
CREATE TRIGGER email_messages_search_update
BEFORE INSERT OR UPDATE OF subject, body_text, from_email, from_name, search_vector ON email_messages
FOR EACH ROW EXECUTE FUNCTION email_messages_search_vector_update();

-- Takes what people type: websearch_to_tsquery never raises (seed-defects 1.2 #41). E-mails are searched as well, and headlines
-- are made for the hundred best only (seed-defects 1.2 #42).
--
-- It runs as its owner and asks for the membership itself: @@ is not leakproof, so under row level security no search index
-- could be used and every row of the tenant was read.
--
-- A common word has too many matches to rank them all. Where the newest 4000 rows of a kind hold a hundred, the newest 200 of them
-- are ranked; else the matches are looked up in the search index, and again the newest 200 are ranked. The choice is not left to
-- the planner, which knows how common a word is, but not for whom nor since when; "+ interval '0'" keeps it from walking through
-- the tenant's rows in order of time. It has to see the words, and to reckon with pages in memory: else it reads the whole index of
-- a large tenant beside the search index.
CREATE FUNCTION search_all(org_uuid uuid, search_query text)
RETURNS TABLE (entity_type text, entity_id uuid, rank real, headline text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
SET plan_cache_mode = force_custom_plan
SET enable_incremental_sort = off
SET seq_page_cost = 0.1
SET random_page_cost = 0.1
AS $$
DECLARE
  v_query tsquery := websearch_to_tsquery('simple', search_query) || websearch_to_tsquery('english', search_query);
BEGIN
  IF may_act_for(org_uuid) IS NOT TRUE THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH recent AS MATERIALIZED (
    (
      SELECT 'lead'::text AS kind, r.id, ts_rank(r.search_vector, v_query) AS score
      FROM (
        SELECT l.id, l.search_vector
        FROM leads l
        WHERE l.org_id = org_uuid AND l.deleted_at IS NULL
        ORDER BY l.created_at DESC, l.id DESC
        LIMIT 4000
      ) r
      WHERE r.search_vector @@ v_query
      LIMIT 200
    )
    UNION ALL
    (
      SELECT 'note', r.id, ts_rank(r.search_vector, v_query)
      FROM (
        SELECT n.id, n.search_vector
        FROM notes n
        WHERE n.org_id = org_uuid AND n.deleted_at IS NULL
        ORDER BY n.created_at DESC, n.id DESC
        LIMIT 4000
      ) r
      WHERE r.search_vector @@ v_query
      LIMIT 200
    )
    UNION ALL
    (
      SELECT 'email', r.id, ts_rank(r.search_vector, v_query)
      FROM (
        SELECT m.id, m.search_vector
        FROM email_messages m
        WHERE m.org_id = org_uuid AND m.deleted_at IS NULL
        ORDER BY m.sent_at DESC, m.id DESC
        LIMIT 4000
      ) r
      WHERE r.search_vector @@ v_query
      LIMIT 200
    )
  ), common AS MATERIALIZED (
    SELECT c.kind FROM recent c GROUP BY c.kind HAVING count(*) >= 100
  ), best AS MATERIALIZED (
    SELECT * FROM (
      SELECT r.kind, r.id, r.score FROM recent r WHERE r.kind IN (SELECT c.kind FROM common c)
      UNION ALL
      (
        SELECT 'lead', l.id, ts_rank(l.search_vector, v_query)
        FROM leads l
        WHERE l.search_vector @@ v_query AND l.org_id = org_uuid AND l.deleted_at IS NULL
          AND NOT EXISTS (SELECT FROM common c WHERE c.kind = 'lead')
        ORDER BY l.created_at + interval '0' DESC, l.id DESC
        LIMIT 200
      )
      UNION ALL
      (
        SELECT 'note', n.id, ts_rank(n.search_vector, v_query)
        FROM notes n
        WHERE n.search_vector @@ v_query AND n.org_id = org_uuid AND n.deleted_at IS NULL
          AND NOT EXISTS (SELECT FROM common c WHERE c.kind = 'note')
        ORDER BY n.created_at + interval '0' DESC, n.id DESC
        LIMIT 200
      )
      UNION ALL
      (
        SELECT 'email', m.id, ts_rank(m.search_vector, v_query)
        FROM email_messages m
        WHERE m.search_vector @@ v_query AND m.org_id = org_uuid AND m.deleted_at IS NULL
          AND NOT EXISTS (SELECT FROM common c WHERE c.kind = 'email')
        ORDER BY m.sent_at + interval '0' DESC, m.id DESC
        LIMIT 200
      )
    ) found
    ORDER BY found.score DESC, found.id
    LIMIT 100
  )
  SELECT
    b.kind,
    b.id,
    b.score,
    ts_headline(
      CASE b.kind WHEN 'lead' THEN 'simple' ELSE 'english' END::regconfig,
      CASE b.kind
        WHEN 'lead' THEN (SELECT concat_ws(' ', l.name, l.company, l.email) FROM leads l WHERE l.id = b.id)
        WHEN 'note' THEN (SELECT left(n.content, 20000) FROM notes n WHERE n.id = b.id)
        ELSE (SELECT concat_ws(' ', m.subject, left(m.body_text, 20000)) FROM email_messages m WHERE m.id = b.id)
      END,
      v_query
    )
  FROM best b
  ORDER BY b.score DESC, b.id;
END
$$;
