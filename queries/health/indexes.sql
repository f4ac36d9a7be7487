/*---
title    = "Indexes"
group    = "health"
identity = ["schema", "index"]
[columns]
size      = { as = "bytes", sort = "desc" }
last_used = { as = "time", label = "last used" }
mark      = { as = "severity" }
---*/
-- What hangs on an index is told before it is called unused: a constraint, a foreign key, the replica identity, a partitioned
-- parent. What is slow for tens of thousands of indexes is written as a sub-select that reads a table: the server puts
-- those off until the rows are sorted and cut to a page. What identifies a row is sorted by, so that it stands ready.
SELECT
  x.schema,
  x."table",
  x.index,
  x.mark,
  x.size,
  x.scans,
  (
    -- The column exists from 16 on; before, its name means the NULL outside.
    SELECT pg_catalog.max(s.last_idx_scan)
    FROM (SELECT NULL::timestamptz AS last_idx_scan) AS before_16
    CROSS JOIN LATERAL (SELECT last_idx_scan FROM pg_catalog.pg_stat_all_indexes WHERE indexrelid = ANY (x.leaves)) AS s
  ) AS last_used,
  (
    SELECT pg_catalog.sum(
      pg_catalog.pg_stat_get_tuples_inserted(t.oid)
      + pg_catalog.pg_stat_get_tuples_updated(t.oid)
      + pg_catalog.pg_stat_get_tuples_deleted(t.oid)
    )::bigint
    FROM pg_catalog.pg_class AS t
    WHERE t.oid = ANY (x.tables)
  ) AS writes,
  CASE
    WHEN x.fk IS NULL THEN (
      SELECT pg_catalog.string_agg(
        CASE WHEN x.locked THEN pg_catalog.quote_ident(a.attname) ELSE pg_catalog.pg_get_indexdef(a.attrelid, a.attnum, true) END,
        ', ' ORDER BY a.attnum
      )
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = x.oid
    )
    ELSE x.fk_columns
  END AS columns,
  NULLIF(pg_catalog.concat_ws(', ', x.holds, 'supports ' || x.supports), '') AS backs,
  (
    SELECT CASE
      WHEN x.mark = 'missing' THEN pg_catalog.concat_ws(
        '; ',
        pg_catalog.format(
          'a delete from %s, or a change of its key, reads all%s rows of %I.%I (%s deletes so far)',
          x.parent::pg_catalog.regclass,
          CASE WHEN t.reltuples > 0 THEN ' ~' || t.reltuples::bigint ELSE '' END,
          n.nspname,
          t.relname,
          pg_catalog.pg_stat_get_tuples_deleted(x.parent)
        ),
        x.near
      )
      WHEN x.mark = 'being built' THEN 'CREATE INDEX or REINDEX CONCURRENTLY is at work'
      WHEN x.mark = 'invalid' AND x.relkind = 'I' THEN 'a partition has no valid index attached to it'
      WHEN x.mark = 'invalid' THEN
        CASE
          WHEN c.relname ~ '_cc(new|old)\d*$' THEN 'a REINDEX CONCURRENTLY that failed left it behind'
          ELSE 'a CREATE INDEX or REINDEX CONCURRENTLY failed'
        END
        || '; no query uses it, every write keeps it'
        || CASE
          WHEN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN ''
          ELSE ' (or it is being built: that is shown to members of pg_read_all_stats only)'
        END
      WHEN x.same THEN pg_catalog.concat('the same columns, order and condition as ', x.keeper_name, '; kept: backs ' || x.holds)
      WHEN x.mark LIKE 'prefix of %' THEN x.keeper_name || ' starts with the same columns'
      WHEN x.mark = 'unused' THEN pg_catalog.format(
        '0 scans since %s (%s days), this node only; planner and foreign keys included',
        pg_catalog.to_char(x.since, 'YYYY-MM-DD'),
        pg_catalog.date_part('day', pg_catalog.now() - x.since)
      )
      WHEN x.scans > 0 THEN NULL
      WHEN x.holds IS NOT NULL OR x.supports IS NOT NULL THEN pg_catalog.format(
        '0 scans in %s days, this node only; kept although unused: backs %s',
        pg_catalog.date_part('day', pg_catalog.now() - x.since),
        pg_catalog.concat_ws(', ', x.holds, x.supports)
      )
      WHEN x.redundant IS NOT NULL THEN pg_catalog.format(
        '0 scans in %s days, this node only; kept: %s is redundant to it and goes first',
        pg_catalog.date_part('day', pg_catalog.now() - x.since),
        x.redundant
      )
      WHEN x.expression THEN pg_catalog.format(
        '0 scans in %s days, this node only; kept: the planner may use the statistics of its expression',
        pg_catalog.date_part('day', pg_catalog.now() - x.since)
      )
      ELSE pg_catalog.format('0 scans in only %s days: too early to judge', pg_catalog.date_part('day', pg_catalog.now() - x.since))
    END
    FROM pg_catalog.pg_class AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = x.oid
    WHERE t.oid = x.table_oid
  ) AS reason,
  CASE
    -- To write a definition takes a lock on the table.
    WHEN x.locked THEN 'not readable while its table is locked'
    WHEN x.fk IS NULL THEN (SELECT pg_catalog.pg_get_indexdef(c.oid) FROM pg_catalog.pg_class AS c WHERE c.oid = x.oid)
    ELSE (SELECT pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint AS k WHERE k.oid = x.fk)
  END AS definition,
  (
    SELECT CASE
      WHEN x.mark = 'missing' AND x.relkind = 'p' THEN pg_catalog.format(
        'CREATE INDEX ON %I.%I (%s) -- locks out writers; or ON ONLY, then CONCURRENTLY on each partition and ATTACH PARTITION',
        n.nspname, c.relname, x.fk_columns
      )
      WHEN x.mark = 'missing' THEN pg_catalog.format('CREATE INDEX CONCURRENTLY ON %I.%I (%s)', n.nspname, c.relname, x.fk_columns)
      WHEN x.mark = 'being built' THEN NULL
      WHEN x.mark = 'invalid' AND x.relkind = 'I' THEN NULL
      WHEN x.mark = 'invalid' AND x.holds IS NULL AND c.relname ~ '_cc(new|old)\d*$' THEN
        pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)
      WHEN x.mark = 'invalid' AND x.exclusion THEN pg_catalog.format('REINDEX INDEX %I.%I', n.nspname, c.relname)
      WHEN x.mark = 'invalid' THEN pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)
      WHEN x.holds IS NOT NULL THEN NULL
      WHEN x.mark IS NOT NULL AND x.relkind = 'I' THEN pg_catalog.format(
        'DROP INDEX %I.%I -- CONCURRENTLY is not possible: it locks the table and its partitions for a moment',
        n.nspname, c.relname
      )
      WHEN x.mark IS NOT NULL THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)
    END
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = COALESCE(x.oid, x.table_oid)
  ) AS fix
FROM (
  SELECT
    w.*,
    (SELECT t.relname FROM pg_catalog.pg_class AS t WHERE t.oid = w.table_oid) AS "table"
  FROM (
    WITH RECURSIVE era AS (
      -- A crash sets every counter to zero and leaves no time in pg_stat_database, but a new one in both of the others.
      SELECT
        GREATEST(d.stats_reset, LEAST(a.stats_reset, b.stats_reset), 'epoch') AS since,
        pg_catalog.current_setting('track_commit_timestamp') = 'on' AS dated
      FROM pg_catalog.pg_stat_database AS d
      CROSS JOIN pg_catalog.pg_stat_archiver AS a
      CROSS JOIN pg_catalog.pg_stat_bgwriter AS b
      WHERE d.datname = pg_catalog.current_database()
    ),
    -- Reading a size waits for an exclusive lock, REINDEX's for one: there the last known number of pages has to do.
    locked AS (
      SELECT l.relation
      FROM pg_catalog.pg_locks AS l
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
    ),
    held AS (
      SELECT
        k.conindid,
        pg_catalog.string_agg('constraint ' || k.conname, ', ' ORDER BY k.conname) FILTER (WHERE k.contype IN ('u', 'x')) AS constraints,
        pg_catalog.string_agg('target of FK ' || k.conname, ', ' ORDER BY k.conname)
          FILTER (WHERE k.contype = 'f' AND k.conparentid = 0) AS targets
      FROM pg_catalog.pg_constraint AS k
      WHERE k.contype IN ('u', 'x', 'f') AND k.conindid <> 0
      GROUP BY k.conindid
    ),
    members AS (
      SELECT d.objid, e.extname
      FROM pg_catalog.pg_depend AS d
      JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.deptype = 'e'
    ),
    parents AS (
      SELECT h.inhrelid, c.relname
      FROM pg_catalog.pg_inherits AS h
      JOIN pg_catalog.pg_class AS c ON c.oid = h.inhparent
      WHERE c.relkind = 'I'
    ),
    -- Where more than one index of a table starts with the same column.
    crowds AS (
      SELECT i.indrelid, i.indkey[0] AS first_key
      FROM pg_catalog.pg_index AS i
      GROUP BY 1, 2
      HAVING pg_catalog.count(*) > 1
    ),
    own AS MATERIALIZED (
      SELECT
        i.indexrelid,
        i.indrelid,
        i.indkey[0] AS first_key,
        w.first_key IS NOT NULL AS crowded,
        i.indisunique,
        i.indisexclusion,
        i.indexprs IS NOT NULL AS expression,
        i.indrelid IN (SELECT l.relation FROM locked AS l) AS locked,
        i.indisvalid AND i.indisready AND i.indislive AS valid,
        n.nspname,
        c.relname,
        c.relkind,
        c.relam,
        c.relispartition,
        c.xmin AS made_by,
        -- To read a size opens the index, which is too slow for tens of thousands: there the small ones that hardly changed
        -- keep the size of their last VACUUM or ANALYZE.
        CASE
          WHEN c.relkind = 'I' THEN NULL
          WHEN i.indexrelid IN (SELECT l.relation FROM locked AS l) THEN
            c.relpages * pg_catalog.current_setting('block_size')::bigint
          WHEN c.relpages >= 128
            OR (SELECT r.reltuples FROM pg_catalog.pg_class AS r WHERE r.oid = 'pg_catalog.pg_index'::pg_catalog.regclass) < 3000
            OR pg_catalog.pg_stat_get_mod_since_analyze(i.indrelid) > 1000 + 0.2 * t.reltuples
            THEN pg_catalog.pg_relation_size(i.indexrelid)
          ELSE c.relpages * pg_catalog.current_setting('block_size')::bigint
        END AS size,
        CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_stat_get_numscans(i.indexrelid) END AS scans,
        CASE WHEN i.indisunique OR i.indisexclusion OR i.indisreplident OR i.indisclustered OR h.conindid IS NOT NULL
          OR p.inhrelid IS NOT NULL OR m.objid IS NOT NULL THEN pg_catalog.concat_ws(
          ', ',
          CASE WHEN i.indisprimary THEN 'primary key' END,
          h.constraints,
          CASE WHEN i.indisunique AND NOT i.indisprimary AND h.constraints IS NULL THEN 'unique' END,
          CASE WHEN i.indisexclusion AND h.constraints IS NULL THEN 'exclusion' END,
          h.targets,
          CASE WHEN i.indisreplident THEN 'replica identity' END,
          CASE WHEN i.indisclustered THEN 'clustered' END,
          'parent partition index ' || p.relname,
          'extension ' || m.extname
        ) END AS holds
      FROM pg_catalog.pg_index AS i
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'm')
      LEFT JOIN held AS h ON h.conindid = i.indexrelid
      LEFT JOIN members AS m ON m.objid = i.indrelid
      LEFT JOIN parents AS p ON p.inhrelid = i.indexrelid
      LEFT JOIN crowds AS w ON w.indrelid = i.indrelid AND w.first_key = i.indkey[0]
      WHERE n.nspname <> 'pg_catalog'
        AND n.nspname <> 'information_schema'
        AND n.nspname NOT LIKE 'pg\_toast%'
        AND n.nspname NOT LIKE 'pg\_temp\_%'
    ),
    leaves AS (
      SELECT h.inhparent AS root, h.inhrelid AS leaf
      FROM pg_catalog.pg_inherits AS h
      JOIN pg_catalog.pg_class AS c ON c.oid = h.inhparent
      WHERE c.relkind = 'I'
      UNION ALL
      SELECT l.root, h.inhrelid
      FROM leaves AS l
      JOIN pg_catalog.pg_inherits AS h ON h.inhparent = l.leaf
    ),
    -- A partitioned index has no counters and no pages of its own: its leaves have.
    roots AS (
      SELECT
        l.root,
        pg_catalog.array_agg(l.leaf) AS leaves,
        pg_catalog.array_agg(o.indrelid) AS tables,
        pg_catalog.sum(o.size)::bigint AS size,
        pg_catalog.sum(o.scans)::bigint AS scans
      FROM leaves AS l
      JOIN own AS o ON o.indexrelid = l.leaf
      GROUP BY l.root
    ),
    foreign_keys AS MATERIALIZED (
      SELECT
        k.oid,
        k.conname,
        k.conrelid,
        k.confrelid,
        k.conkey,
        n.nspname,
        t.relname,
        t.relkind
      FROM pg_catalog.pg_constraint AS k
      JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
      JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
      WHERE k.contype = 'f'
        AND k.conparentid = 0
        AND n.nspname <> 'pg_catalog'
        AND n.nspname <> 'information_schema'
        AND n.nspname NOT LIKE 'pg\_temp\_%'
    ),
    -- The columns of the key are the first of the index, in any order. The check of a parent's row asks with equality, so
    -- that of all conditions only "a column of the key IS NOT NULL" does no harm.
    covers AS (
      SELECT
        f.oid AS fk,
        f.conname,
        i.indexrelid,
        c.relname,
        i.indisvalid AS valid,
        i.indisvalid AND CASE
          WHEN i.indpred IS NULL OR f.conrelid IN (SELECT l.relation FROM locked AS l) THEN true
          ELSE pg_catalog.pg_get_expr(i.indpred, i.indrelid) IN (
            SELECT pg_catalog.format('(%I IS NOT NULL)', a.attname)
            FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
          )
        END AS usable
      FROM foreign_keys AS f
      JOIN pg_catalog.pg_index AS i ON i.indrelid = f.conrelid
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
      WHERE am.amname IN ('btree', 'hash')
        AND i.indnkeyatts >= pg_catalog.cardinality(f.conkey)
        AND (i.indkey::int2[])[0:pg_catalog.cardinality(f.conkey) - 1] @> f.conkey
        AND (i.indkey::int2[])[0:pg_catalog.cardinality(f.conkey) - 1] <@ f.conkey
    ),
    supports AS (
      SELECT c.indexrelid, 'FK ' || pg_catalog.string_agg(c.conname, ', FK ' ORDER BY c.conname) AS keys
      FROM covers AS c
      WHERE c.usable
      GROUP BY c.indexrelid
    ),
    -- Of two that do the same, the one on which more hangs stays, then the older: so no two ever point at each other.
    twins AS MATERIALIZED (
      SELECT DISTINCT ON (b.indexrelid)
        b.indexrelid,
        pg_catalog.format('%I.%I', b.nspname, b.relname) AS name,
        a.indexrelid AS keeper,
        pg_catalog.format('%I.%I', a.nspname, a.relname) AS keeper_name,
        s.same
      FROM own AS b
      JOIN own AS a ON a.indrelid = b.indrelid AND a.first_key = b.first_key AND a.indexrelid <> b.indexrelid
      JOIN pg_catalog.pg_index AS j ON j.indexrelid = b.indexrelid
      JOIN pg_catalog.pg_index AS i ON i.indexrelid = a.indexrelid
      CROSS JOIN LATERAL (SELECT i.indkey::int2[] = j.indkey::int2[] AND i.indnkeyatts = j.indnkeyatts AS same) AS s
      WHERE a.crowded
        AND b.crowded
        AND a.valid
        AND b.valid
        AND a.relam = b.relam
        AND NOT b.relispartition
        AND NOT a.locked
        AND NOT b.locked
        AND CASE
          WHEN s.same THEN
            i.indclass = j.indclass
            AND i.indcollation = j.indcollation
            AND i.indoption::int2[] = j.indoption::int2[]
            AND (a.holds IS NOT NULL, a.indisunique, b.indexrelid) > (b.holds IS NOT NULL, b.indisunique, a.indexrelid)
          ELSE
            b.holds IS NULL
            AND a.relam = (SELECT am.oid FROM pg_catalog.pg_am AS am WHERE am.amname = 'btree')
            AND i.indkey::int2[] @> j.indkey::int2[]
            AND (i.indkey::int2[])[0:j.indnkeyatts - 1] = (j.indkey::int2[])[0:j.indnkeyatts - 1]
            AND (i.indclass::oid[])[0:j.indnkeyatts - 1] = (j.indclass::oid[])[0:j.indnkeyatts - 1]
            AND (i.indcollation::oid[])[0:j.indnkeyatts - 1] = (j.indcollation::oid[])[0:j.indnkeyatts - 1]
            AND (i.indoption::int2[])[0:j.indnkeyatts - 1] = (j.indoption::int2[])[0:j.indnkeyatts - 1]
            AND (i.indnkeyatts, i.indnatts, b.indexrelid) > (j.indnkeyatts, j.indnatts, a.indexrelid)
            AND i.indnkeyatts >= j.indnkeyatts
        END
        AND a.expression = b.expression
        AND (i.indpred IS NULL) = (j.indpred IS NULL)
        AND CASE
          WHEN a.expression THEN pg_catalog.pg_get_expr(i.indexprs, i.indrelid) = pg_catalog.pg_get_expr(j.indexprs, j.indrelid)
          ELSE true
        END
        AND CASE
          WHEN i.indpred IS NULL THEN true
          ELSE pg_catalog.pg_get_expr(i.indpred, i.indrelid) = pg_catalog.pg_get_expr(j.indpred, j.indrelid)
        END
        -- Two unique indexes that differ in NULLS NOT DISTINCT refuse different rows.
        AND CASE
          WHEN a.indisunique AND b.indisunique AND NOT b.locked THEN
            (pg_catalog.pg_get_indexdef(a.indexrelid) LIKE '%NULLS NOT DISTINCT%')
            = (pg_catalog.pg_get_indexdef(b.indexrelid) LIKE '%NULLS NOT DISTINCT%')
          ELSE true
        END
      ORDER BY b.indexrelid, s.same DESC, i.indnkeyatts DESC, a.holds IS NOT NULL DESC, a.indexrelid
    ),
    building AS (
      SELECT p.index_relid
      FROM pg_catalog.pg_stat_progress_create_index AS p
      WHERE p.datname = pg_catalog.current_database() AND p.index_relid <> 0
    )
    SELECT
      o.indexrelid AS oid,
      COALESCE(p.leaves, ARRAY[o.indexrelid]) AS leaves,
      COALESCE(p.tables, ARRAY[o.indrelid]) AS tables,
      o.indrelid AS table_oid,
      NULL::oid AS fk,
      NULL::text AS fk_columns,
      NULL::oid AS parent,
      NULL::text AS near,
      o.nspname AS schema,
      o.relname::text AS index,
      o.relkind,
      o.indisexclusion AS exclusion,
      o.expression,
      o.locked,
      COALESCE(p.size, o.size, 0) AS size,
      COALESCE(p.scans, o.scans, 0) AS scans,
      o.holds,
      u.keys AS supports,
      CASE
        WHEN NOT o.valid AND o.indexrelid IN (SELECT b.index_relid FROM building AS b) THEN 'being built'
        WHEN NOT o.valid THEN 'invalid'
        WHEN w.same THEN 'duplicate of ' || w.keeper_name
        WHEN w.keeper IS NOT NULL THEN 'prefix of ' || w.keeper_name
        WHEN COALESCE(p.scans, o.scans, 0) = 0
          AND o.holds IS NULL
          AND u.keys IS NULL
          AND NOT o.expression
          AND r.name IS NULL
          AND d.since < pg_catalog.now() - interval '30 days'
          THEN 'unused'
      END AS mark,
      w.keeper_name,
      w.same,
      r.name AS redundant,
      d.since
    FROM own AS o
    LEFT JOIN supports AS u ON u.indexrelid = o.indexrelid
    LEFT JOIN roots AS p ON p.root = o.indexrelid
    LEFT JOIN twins AS w ON w.indexrelid = o.indexrelid
    LEFT JOIN (SELECT t.keeper, pg_catalog.min(t.name) AS name FROM twins AS t GROUP BY t.keeper) AS r ON r.keeper = o.indexrelid
    -- When an index was made is in no catalogue; the time of the last change to its row is the latest it can have been.
    CROSS JOIN LATERAL (
      SELECT GREATEST(
        (SELECT e.since FROM era AS e),
        CASE WHEN (SELECT e.dated FROM era AS e) THEN pg_catalog.pg_xact_commit_timestamp(o.made_by) END
      ) AS since
    ) AS d
    UNION ALL
    SELECT
      NULL,
      NULL,
      ARRAY[f.conrelid],
      f.conrelid,
      f.oid,
      a.columns,
      f.confrelid,
      (
        SELECT pg_catalog.string_agg(
          c.relname || CASE WHEN c.valid THEN ' covers a part of the rows only' ELSE ' is invalid' END,
          ', ' ORDER BY c.relname
        )
        FROM covers AS c
        WHERE c.fk = f.oid
      ),
      f.nspname,
      pg_catalog.format('(%s.%s)', f.relname, f.conname),
      f.relkind,
      false,
      false,
      false,
      0,
      NULL,
      'FK ' || f.conname,
      NULL,
      'missing',
      NULL,
      NULL,
      NULL,
      NULL
    FROM foreign_keys AS f
    CROSS JOIN LATERAL (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c.attname), ', ' ORDER BY pg_catalog.array_position(f.conkey, c.attnum)) AS columns
      FROM pg_catalog.pg_attribute AS c
      WHERE c.attrelid = f.conrelid AND c.attnum = ANY (f.conkey)
    ) AS a
    WHERE NOT EXISTS (SELECT 1 FROM covers AS c WHERE c.fk = f.oid AND c.usable)
  ) AS w
) AS x
