/*---
title    = "Bloat"
group    = "health"
identity = ["kind", "schema", "name"]
[columns]
size         = { as = "bytes" }
bloat_bytes  = { as = "bytes", label = "bloat ~" }
bloat_pct    = { as = "number", label = "bloat % ~", warn = 30, bad = 60 }
quality      = { as = "severity" }
toast        = { as = "bytes" }
toast_bloat  = { as = "bytes", label = "toast bloat ~" }
last_vacuum  = { as = "time", label = "last vacuum" }
last_analyze = { as = "time", label = "last analyze" }
place        = { hide = true, sort = "desc" }
---*/
-- An estimate: the pages the rows would fill if they were written anew, from the statistics of ANALYZE, against the pages
-- there are. Where the statistics do not allow it, there is no figure but a reason. Only the 1000 largest are judged.
SELECT
  x.kind,
  x.schema,
  x.name,
  x.bloat_bytes,
  CASE WHEN x.size > 0 THEN pg_catalog.round(100.0 * x.bloat_bytes / x.size, 1) END AS bloat_pct,
  x.quality,
  x.size,
  x."table",
  x.because,
  x.toast,
  x.toast_bloat,
  (SELECT GREATEST(s.last_vacuum, s.last_autovacuum) FROM pg_catalog.pg_stat_all_tables AS s WHERE s.relid = x.table_oid) AS last_vacuum,
  (SELECT GREATEST(s.last_analyze, s.last_autoanalyze) FROM pg_catalog.pg_stat_all_tables AS s WHERE s.relid = x.table_oid) AS last_analyze,
  CASE
    WHEN x.remedy = 'analyze' THEN pg_catalog.format('ANALYZE %I.%I', x.schema, x."table")
    WHEN x.remedy = 'vacuum' THEN pg_catalog.format('VACUUM (ANALYZE) %I.%I -- makes the space usable again, the file keeps its size', x.schema, x.name)
    WHEN x.remedy = 'rewrite' THEN pg_catalog.format('VACUUM (FULL, ANALYZE) %I.%I -- locks out readers and writers; pg_repack does not', x.schema, x.name)
    WHEN x.remedy = 'reindex' THEN pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I', x.schema, x.name)
    WHEN x.remedy = 'reindex plain' THEN pg_catalog.format('REINDEX INDEX %I.%I -- CONCURRENTLY is not possible: it locks out writers', x.schema, x.name)
  END AS fix,
  COALESCE(COALESCE(x.bloat_bytes, 0) + x.toast_bloat, x.bloat_bytes, -1) AS place
FROM (
  WITH RECURSIVE locked AS (
    SELECT l.relation
    FROM pg_catalog.pg_locks AS l
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
  ),
  own AS MATERIALIZED (
    SELECT
      c.oid,
      c.relname AS name,
      n.nspname AS schema,
      CASE WHEN c.relkind = 'i' THEN 'index' ELSE 'table' END AS kind,
      t.oid AS table_oid,
      t.relname AS table_name,
      i.indisunique,
      i.indisexclusion,
      i.indpred IS NOT NULL AS partial,
      i.indexprs IS NOT NULL AS expression,
      i.indnatts > i.indnkeyatts AS including,
      i.indnatts = 1 AND NOT i.indisunique AS folds,
      am.amname,
      c.reloptions,
      c.reltuples,
      c.relpages,
      t.reltuples AS table_tuples,
      t.relpages AS table_pages,
      CASE
        WHEN o.relpages < 128 AND pg_catalog.pg_stat_get_mod_since_analyze(t.oid) <= 1000 + 0.2 * t.reltuples
          OR o.oid IN (SELECT l.relation FROM locked AS l)
          THEN o.relpages * b.bs
        WHEN o.oid IS NOT NULL THEN pg_catalog.pg_relation_size(o.oid)
      END AS toast,
      -- TOAST: four chunks fill a page.
      CASE
        WHEN o.relpages > 0 AND o.reltuples >= 0 THEN GREATEST(o.relpages - pg_catalog.ceil(o.reltuples / 4), 0)::bigint * b.bs
      END AS toast_bloat,
      b.bs,
      -- As in the pane of the indexes: to read the size of everything takes too long where there are tens of thousands.
      CASE
        WHEN c.oid IN (SELECT l.relation FROM locked AS l) THEN c.relpages * b.bs
        WHEN c.relpages >= 128
          OR (SELECT r.reltuples FROM pg_catalog.pg_class AS r WHERE r.oid = 'pg_catalog.pg_index'::pg_catalog.regclass) < 3000
          OR pg_catalog.pg_stat_get_mod_since_analyze(t.oid) > 1000 + 0.2 * t.reltuples
          THEN pg_catalog.pg_relation_size(c.oid)
        ELSE c.relpages * b.bs
      END AS size
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
    JOIN pg_catalog.pg_class AS t ON t.oid = COALESCE(i.indrelid, c.oid)
    LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
    LEFT JOIN pg_catalog.pg_class AS o ON o.oid = c.reltoastrelid
    CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::bigint AS bs) AS b
    WHERE c.relkind IN ('r', 'm', 'i')
      AND n.nspname <> 'pg_catalog'
      AND n.nspname <> 'information_schema'
      AND n.nspname NOT LIKE 'pg\_toast%'
      AND n.nspname NOT LIKE 'pg\_temp\_%'
  ),
  picked AS MATERIALIZED (
    SELECT
      o.*,
      COALESCE((
        SELECT pg_catalog.substr(r.option, 12)::integer
        FROM pg_catalog.unnest(o.reloptions) AS r (option)
        WHERE r.option LIKE 'fillfactor=%'
      ), CASE o.kind WHEN 'index' THEN 90 ELSE 100 END) AS fillfactor,
      'deduplicate_items=off' = ANY (o.reloptions) AS undeduplicated,
      s.mods,
      s.analyzed,
      -- Counters that saw an ANALYZE know what came and went since; others do not, after a crash for one.
      CASE
        WHEN s.mods > 0 AND s.analyzed AND s.live > 0 THEN s.live
        WHEN o.table_pages > 0 AND o.kind = 'table' THEN o.table_tuples * (o.size / o.bs) / o.table_pages
        ELSE o.table_tuples
      END AS table_live
    FROM own AS o
    CROSS JOIN LATERAL (
      SELECT
        pg_catalog.pg_stat_get_mod_since_analyze(o.table_oid) AS mods,
        pg_catalog.pg_stat_get_live_tuples(o.table_oid) AS live,
        COALESCE(
          pg_catalog.pg_stat_get_last_analyze_time(o.table_oid),
          pg_catalog.pg_stat_get_last_autoanalyze_time(o.table_oid)
        ) IS NOT NULL AS analyzed
    ) AS s
    WHERE o.size >= 20 * o.bs AND (o.kind = 'table' OR o.amname = 'btree')
    ORDER BY o.size DESC
    LIMIT 1000
  ),
  -- One look-up per table: the view asks for every column whether it may be seen, so that reading all of it is slow.
  stats AS MATERIALIZED (
    SELECT t.oid, s.attname, s.null_frac, s.avg_width, s.n_distinct
    FROM (
      SELECT p.table_oid AS oid, p.schema, p.table_name AS name
      FROM picked AS p
      UNION
      SELECT p.oid, p.schema, p.name
      FROM picked AS p
      WHERE p.expression
    ) AS t
    CROSS JOIN LATERAL (
      SELECT v.attname, v.null_frac, v.avg_width, v.n_distinct
      FROM pg_catalog.pg_stats AS v
      WHERE v.schemaname = t.schema AND v.tablename = t.name AND NOT v.inherited
      OFFSET 0
    ) AS s
  ),
  parts AS (
    SELECT
      p.oid,
      p.kind,
      a.attnum,
      a.attname,
      a.attisdropped OR a.attgenerated = 'v' AS absent,
      a.atttypid = 'pg_catalog.cstring'::pg_catalog.regtype AS shortened,
      s.attname IS NULL AS unknown,
      s.n_distinct,
      COALESCE(s.null_frac, 0)::float8 AS all_nulls,
      -- Equal NULLs of an index of one column are stored once, so that they do not count among its entries.
      CASE WHEN p.folds AND NOT p.undeduplicated IS TRUE THEN 0 ELSE COALESCE(s.null_frac, 0) END::float8 AS nulls,
      CASE WHEN a.attlen > 0 THEN a.attlen ELSE COALESCE(s.avg_width, 0) END::float8 AS width,
      a.attlen > 0 AS fixed,
      -- A short value of variable length needs no alignment.
      CASE
        WHEN a.attlen < 0 AND a.attstorage <> 'p' AND COALESCE(s.avg_width, 0) <= 127 THEN 1
        ELSE CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END
      END AS alignment,
      p.table_live
    FROM picked AS p
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p.oid AND a.attnum > 0
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = p.oid
    LEFT JOIN pg_catalog.pg_attribute AS c ON c.attrelid = p.table_oid AND c.attnum = i.indkey[a.attnum - 1] AND c.attnum <> 0
    LEFT JOIN stats AS s
      ON s.oid = CASE WHEN p.kind = 'index' AND c.attnum IS NOT NULL THEN p.table_oid ELSE p.oid END
      AND s.attname = COALESCE(c.attname, a.attname)
  ),
  shapes AS MATERIALIZED (
    SELECT
      q.oid,
      pg_catalog.max(q.attnum) AS attributes,
      pg_catalog.count(*) FILTER (WHERE NOT q.absent)::integer AS columns,
      pg_catalog.count(*) FILTER (WHERE q.absent)::integer AS dropped,
      pg_catalog.bool_or(q.shortened) AS shortened,
      pg_catalog.bool_and(q.unknown) FILTER (WHERE NOT q.absent) AS nothing_known,
      pg_catalog.string_agg(q.attname, ', ' ORDER BY q.attnum) FILTER (WHERE q.unknown AND NOT q.absent) AS unknown,
      pg_catalog.bool_and(q.fixed AND q.nulls IN (0, 1)) FILTER (WHERE NOT q.absent) AS even,
      -- The share of rows with at least one NULL, columns taken as independent.
      CASE
        WHEN pg_catalog.bool_or(q.absent OR q.nulls >= 1) THEN 1
        ELSE 1 - pg_catalog.exp(pg_catalog.sum(pg_catalog.ln(1 - LEAST(q.nulls, 0.999999))))
      END AS with_null,
      -- The greatest share of different values in any column.
      pg_catalog.max(CASE
        WHEN q.n_distinct < 0 THEN -q.n_distinct / GREATEST(1 - q.all_nulls, 0.000001)
        ELSE q.n_distinct / GREATEST(q.table_live * (1 - q.all_nulls), 1)
      END) AS different,
      pg_catalog.max(q.all_nulls) AS nulls,
      pg_catalog.array_agg(q.width ORDER BY q.attnum) FILTER (WHERE NOT q.absent) AS widths,
      pg_catalog.array_agg(q.fixed ORDER BY q.attnum) FILTER (WHERE NOT q.absent) AS fixed,
      pg_catalog.array_agg(q.alignment ORDER BY q.attnum) FILTER (WHERE NOT q.absent) AS alignments,
      pg_catalog.array_agg(q.nulls ORDER BY q.attnum) FILTER (WHERE NOT q.absent) AS null_shares
    FROM parts AS q
    GROUP BY q.oid
  ),
  -- Walks through the columns of all rows at once. A place in the row is known as place = rest (mod grain), where grain is 1
  -- after a value of variable length: padding is exact where it can be known and the mean of what it can be elsewhere.
  walk AS (
    SELECT
      s.oid,
      0 AS column_nr,
      0::float8 AS filled,
      0::float8 AS padded,
      8 AS grain,
      0 AS rest
    FROM shapes AS s
    UNION ALL
    SELECT
      w.oid,
      w.column_nr + 1,
      w.filled + (1 - c.nulls) * (c.padding + c.width),
      w.padded + (1 - c.nulls) * c.padding,
      CASE
        WHEN c.nulls = 0 THEN m.grain
        WHEN c.nulls >= 1 THEN w.grain
        WHEN LEAST(w.grain, m.grain) >= 8 AND w.rest = m.rest THEN 8
        WHEN LEAST(w.grain, m.grain) >= 4 AND w.rest % 4 = m.rest % 4 THEN 4
        WHEN LEAST(w.grain, m.grain) >= 2 AND w.rest % 2 = m.rest % 2 THEN 2
        ELSE 1
      END,
      CASE
        WHEN c.nulls >= 1 THEN w.rest
        WHEN c.nulls = 0 THEN m.rest
        WHEN LEAST(w.grain, m.grain) >= 8 AND w.rest = m.rest THEN m.rest
        WHEN LEAST(w.grain, m.grain) >= 4 AND w.rest % 4 = m.rest % 4 THEN m.rest % 4
        WHEN LEAST(w.grain, m.grain) >= 2 AND w.rest % 2 = m.rest % 2 THEN m.rest % 2
        ELSE 0
      END
    FROM walk AS w
    JOIN shapes AS s ON s.oid = w.oid
    CROSS JOIN LATERAL (
      SELECT
        s.null_shares[w.column_nr + 1] AS nulls,
        s.widths[w.column_nr + 1] AS width,
        s.fixed[w.column_nr + 1] AS fixed,
        s.alignments[w.column_nr + 1] AS alignment,
        CASE
          WHEN s.alignments[w.column_nr + 1] <= w.grain THEN -w.rest & (s.alignments[w.column_nr + 1] - 1)
          ELSE (-w.rest & (w.grain - 1)) + (s.alignments[w.column_nr + 1] - w.grain) / 2.0
        END::float8 AS padding
    ) AS c
    CROSS JOIN LATERAL (
      SELECT
        CASE WHEN c.fixed THEN GREATEST(w.grain, c.alignment) ELSE 1 END AS grain,
        CASE
          WHEN NOT c.fixed THEN 0
          WHEN c.alignment > w.grain THEN c.width::integer & (c.alignment - 1)
          ELSE (w.rest + c.padding::integer + c.width::integer) & (w.grain - 1)
        END AS rest
    ) AS m
    WHERE w.column_nr < s.columns
  ),
  rows AS (
    SELECT
      p.*,
      s.attributes,
      s.dropped,
      s.shortened,
      s.nothing_known,
      s.unknown,
      s.even,
      s.different,
      s.nulls,
      r.padded,
      -- The line pointer, the header with its bits for NULLs, the columns, and the padding of the whole.
      4 + r.filled + (-r.rest & (r.grain - 1)) + (8 - r.grain) / 2.0
        + CASE
          WHEN p.kind = 'index' THEN 8 + 8 * s.with_null
          ELSE 24 * (1 - s.with_null) + ((23 + (s.attributes + 7) / 8 + 7) & -8) * s.with_null
        END AS width,
      CASE
        WHEN p.kind = 'table' THEN p.table_live
        WHEN p.table_tuples > 0 THEN p.reltuples * p.table_live / p.table_tuples
        ELSE p.reltuples
      END AS tuples
    FROM picked AS p
    JOIN shapes AS s ON s.oid = p.oid
    JOIN walk AS r ON r.oid = p.oid AND r.column_nr = s.columns
  ),
  judged AS (
    SELECT
      r.*,
      -- Equal entries of a btree that is not unique are stored once, NULLs too; how well that goes is in no statistics.
      CASE
        WHEN r.reltuples < 0 OR (r.reltuples = 0 AND r.relpages = 0) THEN 'never vacuumed or analyzed'
        WHEN r.unknown IS NOT NULL AND pg_catalog.row_security_active(r.table_oid) THEN 'row level security hides the statistics from you'
        WHEN r.unknown IS NOT NULL AND NOT pg_catalog.has_table_privilege(r.table_oid, 'SELECT') THEN
          'statistics are hidden from you (GRANT SELECT ON ' || pg_catalog.format('%I.%I', r.schema, r.table_name) || ')'
        WHEN r.nothing_known AND NOT r.expression THEN 'never analyzed'
        WHEN r.unknown IS NOT NULL AND r.expression THEN 'expression without statistics'
        WHEN r.unknown IS NOT NULL THEN 'no statistics of column ' || r.unknown
        WHEN r.kind = 'index' AND r.shortened THEN 'a column of type name is stored shorter than its statistics say'
        WHEN r.kind = 'index' AND NOT r.indisunique AND NOT r.undeduplicated IS TRUE AND NOT r.including
          AND COALESCE(r.different, 0) < 0.9 THEN 'deduplicated'
      END AS obstacle,
      CASE
        WHEN r.kind = 'table' THEN
          CASE
            WHEN r.even THEN GREATEST(pg_catalog.floor((r.bs * r.fillfactor / 100 - 24) / r.width), 1)
            ELSE GREATEST((r.bs * r.fillfactor / 100 - 24) / r.width - 0.5, 1)
          END
        -- A leaf is closed by the first entry beyond the fill factor, which moves on and leaves a copy as the high key.
        WHEN r.even THEN GREATEST(pg_catalog.ceil((r.bs * r.fillfactor / 100 - 40) / r.width) - 1, 1)
        ELSE GREATEST((r.bs * r.fillfactor / 100 - 40) / r.width - 0.5, 1)
      END AS per_page
    FROM rows AS r
  ),
  measured AS (
    SELECT
      j.*,
      CASE
        WHEN j.obstacle IS NOT NULL THEN NULL
        WHEN j.kind = 'table' THEN pg_catalog.ceil(j.tuples / j.per_page)
        ELSE 1 + pg_catalog.ceil(e.leaves) + pg_catalog.ceil(e.leaves / GREATEST(0.7 * (j.bs - 40) / j.width - 1, 2))
      END AS pages
    FROM judged AS j
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN j.folds AND NOT j.undeduplicated IS TRUE THEN
          j.tuples * (1 - j.nulls) / j.per_page + j.tuples * j.nulls * 6.2 / (j.bs * j.fillfactor / 100 - 40)
        ELSE j.tuples / j.per_page
      END AS leaves
    ) AS e
  )
  SELECT
    o.kind,
    o.schema,
    o.name,
    o.table_name AS "table",
    o.table_oid,
    o.toast,
    o.toast_bloat,
    o.size,
    CASE WHEN m.pages IS NOT NULL THEN GREATEST(o.size - m.pages * o.bs, 0)::bigint END AS bloat_bytes,
    CASE
      WHEN m.pages IS NULL THEN 'not applicable'
      WHEN m.mods > 0.1 * GREATEST(m.table_tuples, 1) OR m.size > 1.5 * m.relpages * m.bs OR m.partial OR m.expression THEN 'rough'
      ELSE 'good'
    END AS quality,
    CASE
      WHEN o.amname NOT IN ('heap', 'btree') THEN pg_catalog.upper(o.amname) || ': there is no estimate for it'
      WHEN o.size = 0 THEN 'empty'
      WHEN o.size < 20 * o.bs THEN 'fewer than 20 pages'
      WHEN m.oid IS NULL THEN 'not among the 1000 largest'
      ELSE NULLIF(pg_catalog.concat_ws(
        '; ',
        m.obstacle,
        CASE
          WHEN m.mods > 0.1 * GREATEST(m.table_tuples, 1) THEN 'statistics ' || m.mods || ' changes old'
          WHEN m.size > 1.5 * m.relpages * m.bs THEN 'it grew since its last VACUUM or ANALYZE'
        END,
        CASE WHEN m.pages IS NOT NULL AND m.partial THEN 'partial: the statistics are those of all rows' END,
        CASE WHEN m.pages IS NOT NULL AND m.expression THEN 'expression' END,
        CASE
          WHEN m.kind = 'table' AND m.padded > 0.1 * m.width THEN
            pg_catalog.format('%s %% of a row is padding, from the order of its columns, and no bloat', pg_catalog.round((100 * m.padded / m.width)::numeric))
        END,
        CASE WHEN m.kind = 'table' AND m.fillfactor < 100 OR m.kind = 'index' AND m.fillfactor <> 90 THEN 'fillfactor ' || m.fillfactor END,
        CASE WHEN m.kind = 'table' AND m.dropped > 0 THEN 'dropped columns: ' || m.dropped END
      ), '')
    END AS because,
    CASE
      WHEN m.obstacle LIKE 'never%' OR m.obstacle LIKE 'no statistics%' OR m.obstacle LIKE 'expression%' THEN 'analyze'
      WHEN m.pages IS NULL THEN NULL
      WHEN m.mods > 0.1 * GREATEST(m.table_tuples, 1) AND m.kind = 'table' THEN 'vacuum'
      WHEN m.mods > 0.1 * GREATEST(m.table_tuples, 1) THEN 'analyze'
      WHEN o.size - m.pages * o.bs < 1048576 THEN NULL
      WHEN m.kind = 'table' AND m.pages * o.bs < 0.75 * o.size THEN 'rewrite'
      -- Random keys leave a third of a btree empty by themselves.
      WHEN m.kind = 'index' AND m.pages * o.bs < 0.65 * o.size THEN CASE WHEN m.indisexclusion THEN 'reindex plain' ELSE 'reindex' END
    END AS remedy
  FROM own AS o
  LEFT JOIN measured AS m ON m.oid = o.oid
) AS x
