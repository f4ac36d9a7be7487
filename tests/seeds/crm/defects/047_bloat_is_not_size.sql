-- seed-defects 1.2 #47: an index is called bloated for what is empty in it, not for its size
CREATE TABLE defect_full (id integer NOT NULL);
CREATE TABLE defect_empty (id integer NOT NULL);
CREATE INDEX defect_full_id ON defect_full (id);
CREATE INDEX defect_empty_id ON defect_empty (id);
INSERT INTO defect_full SELECT generate_series(1, 20000);
INSERT INTO defect_empty SELECT generate_series(1, 20000);
DELETE FROM defect_empty WHERE id % 10 <> 0;
ANALYZE defect_full, defect_empty;

-- on the seed:
DO $$
BEGIN
  -- The document's query, with the name of the schema.
  IF (
    SELECT count(DISTINCT q.size)
    FROM (
      SELECT
        schemaname,
        tablename,
        indexname,
        pg_size_pretty(pg_relation_size(indexname::regclass)) as size
      FROM pg_indexes
      WHERE schemaname = current_schema() AND tablename IN ('defect_full', 'defect_empty')
      ORDER BY pg_relation_size(indexname::regclass) DESC
    ) q
  ) = 1 THEN
    RAISE EXCEPTION 'defect: an index with a tenth of its entries left looks like a full one';
  END IF;
END
$$;
-- on ours:
DO $$
DECLARE
  v_full numeric;
  v_empty numeric;
BEGIN
  -- In short what the pane of bloat does: pages there are, less pages that the live entries need at 90 percent.
  SELECT
    max(100 - 100 * b.needed / b.pages) FILTER (WHERE b.relname = 'defect_full_id'),
    max(100 - 100 * b.needed / b.pages) FILTER (WHERE b.relname = 'defect_empty_id')
  INTO v_full, v_empty
  FROM (
    SELECT c.relname, c.relpages::numeric AS pages, ceil(c.reltuples::numeric * 20 / (current_setting('block_size')::numeric * 0.9)) + 1 AS needed
    FROM pg_class c
    WHERE c.oid IN ('defect_full_id'::regclass, 'defect_empty_id'::regclass)
  ) b;
  IF v_full > 20 OR v_empty < 70 THEN
    RAISE EXCEPTION 'defect: the full index is % %% bloat, the emptied one %', round(v_full), round(v_empty);
  END IF;
END
$$;
