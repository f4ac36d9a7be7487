-- Every object of the connected database by name, with its owner, privileges and definition; one text per row. Names that hold a number of the
-- server's own choice lose it.
WITH spaces AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
)
SELECT regexp_replace(line, '(pg_toast_|RI_ConstraintTrigger_[ac]_)\d+', '\1N', 'g') AS line FROM (
SELECT format('schema %s %s %s', n.nspname, n.nspowner::regrole, n.nspacl) AS line
FROM pg_namespace n JOIN spaces s ON s.oid = n.oid
UNION ALL
SELECT format('database %s %s', d.datdba::regrole, d.datacl) FROM pg_database d WHERE d.datname = current_database()
UNION ALL
SELECT format('class %s.%s %s %s %s %s %s %s', s.nspname, c.relname, c.relkind, c.relowner::regrole, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity)
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
UNION ALL
SELECT format('view %s.%s %s', s.nspname, c.relname, md5(pg_get_viewdef(c.oid)))
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT format('column %s.%s %s %s %s %s %s', s.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl,
  (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = a.attrelid AND adnum = a.attnum))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN spaces s ON s.oid = c.relnamespace WHERE a.attnum > 0
UNION ALL
SELECT format('function %s.%s(%s) %s %s %s %s', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid), p.proowner::regrole, p.proacl, p.proconfig, md5(p.prosrc))
FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
UNION ALL
SELECT format('type %s.%s %s %s %s', s.nspname, t.typname, t.typtype, t.typowner::regrole, t.typacl)
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
UNION ALL
SELECT format('enum %s %s', e.enumtypid::regtype, e.enumlabel) FROM pg_enum e
UNION ALL
SELECT format('constraint %s.%s %s %s', s.nspname, k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN spaces s ON s.oid = k.connamespace
UNION ALL
SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN spaces s ON s.oid = c.relnamespace
UNION ALL
SELECT format('policy %s %s %s %s', p.polrelid::regclass, p.polname, p.polcmd, p.polroles::regrole[]) FROM pg_policy p
UNION ALL
SELECT format('trigger %s %s %s', t.tgrelid::regclass, t.tgname, t.tgenabled) FROM pg_trigger t
UNION ALL
SELECT format('rule %s %s', r.ev_class::regclass, r.rulename) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN spaces s ON s.oid = c.relnamespace
UNION ALL
SELECT format('default acl %s %s %s %s', d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype, d.defaclacl) FROM pg_default_acl d
UNION ALL
SELECT format('comment %s %s %s', d.classoid::regclass, (pg_identify_object(d.classoid, d.objoid, d.objsubid)).identity, d.description) FROM pg_description d
WHERE d.objoid >= 16384
UNION ALL
SELECT format('comment on schema %s %s', s.nspname, obj_description(s.oid, 'pg_namespace')) FROM spaces s
UNION ALL
SELECT format('extension %s %s %s', e.extname, e.extversion, e.extnamespace::regnamespace) FROM pg_extension e
UNION ALL
SELECT format('initial privileges %s %s', (pg_identify_object(i.classoid, i.objoid, i.objsubid)).identity, i.initprivs) FROM pg_init_privs i
UNION ALL
SELECT format('operator %s', o.oid::regoperator) FROM pg_operator o JOIN spaces s ON s.oid = o.oprnamespace
UNION ALL
SELECT format('text search %s %s', c.cfgname, c.cfgnamespace::regnamespace) FROM pg_ts_config c
UNION ALL
SELECT format('dictionary %s %s', d.dictname, d.dictnamespace::regnamespace) FROM pg_ts_dict d
UNION ALL
SELECT format('statistics %s %s', x.stxnamespace::regnamespace, x.stxname) FROM pg_statistic_ext x
UNION ALL
SELECT format('event trigger %s', e.evtname) FROM pg_event_trigger e
UNION ALL
SELECT format('publication %s', p.pubname) FROM pg_publication p
UNION ALL
SELECT format('cast %s %s', c.castsource::regtype, c.casttarget::regtype) FROM pg_cast c
UNION ALL
SELECT format('language %s %s', l.lanname, l.lanacl) FROM pg_language l
UNION ALL
SELECT format('setting %s %s', r.setrole::regrole, r.setconfig) FROM pg_db_role_setting r
WHERE r.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT format('large object %s', l.oid) FROM pg_largeobject_metadata l
UNION ALL
SELECT format('dependencies %s', count(*)) FROM pg_depend WHERE deptype <> 'p'
) lines
ORDER BY 1
