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

-- Takes what people type: websearch_to_tsquery never raises (seed-defects 1.2 #41). Headlines are made for the hundred best
-- only, and e-mails are searched as well (seed-defects 1.2 #42). It runs as the caller, so row level security applies.
CREATE FUNCTION search_all(org_uuid uuid, search_query text)
RETURNS TABLE (entity_type text, entity_id uuid, rank real, headline text)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  WITH asked AS MATERIALIZED (
    SELECT websearch_to_tsquery('simple', search_query) || websearch_to_tsquery('english', search_query) AS q
  ), best AS MATERIALIZED (
    SELECT * FROM (
      SELECT 'lead'::text AS kind, l.id, ts_rank(l.search_vector, asked.q) AS score
      FROM leads l, asked
      WHERE l.search_vector @@ asked.q AND l.org_id = org_uuid AND l.deleted_at IS NULL
      UNION ALL
      SELECT 'note', n.id, ts_rank(n.search_vector, asked.q)
      FROM notes n, asked
      WHERE n.search_vector @@ asked.q AND n.org_id = org_uuid AND n.deleted_at IS NULL
      UNION ALL
      SELECT 'email', m.id, ts_rank(m.search_vector, asked.q)
      FROM email_messages m, asked
      WHERE m.search_vector @@ asked.q AND m.org_id = org_uuid AND m.deleted_at IS NULL
    ) found
    ORDER BY score DESC, id
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
      asked.q
    )
  FROM best b, asked
  ORDER BY b.score DESC, b.id
$$;
