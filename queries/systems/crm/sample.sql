-- Sample data of the crm system. The setting pgdeck.rows is the number of leads: 50000 unless set, 1000 at least. Every moment
-- hangs on one fixed date, 2026-11-20, and every id on an ordinal, so two loads of one size hold the same rows.
-- The part lines are for the installer: a part may start when those it names are done, and is a transaction of its own. Run from
-- top to bottom, in one transaction (without the parts marked outside-transaction) or in none, the file does the same.
-- "planted:" names the check that has to find what follows, and where; a dash stands for what no check reports.

-- part: open
DO $$
BEGIN
  IF EXISTS (SELECT FROM organizations) OR EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM leads) THEN
    RAISE EXCEPTION 'sample data goes into empty tables only' USING ERRCODE = '55000';
  END IF;
END $$;

CREATE TABLE sample_plan AS
SELECT greatest(1000, coalesce(nullif(current_setting('pgdeck.rows', true), ''), '50000')::int) - 7 AS rows,
       extract(epoch FROM timestamptz '2026-11-20 12:00:00+00')::bigint AS anchor;

CREATE FUNCTION sample_pick(key bigint, salt bigint, choices int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT ((hashint8extended(key, salt) & 2147483647) % choices)::int';
CREATE FUNCTION sample_share(key bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
AS 'SELECT (hashint8extended(key, salt) & 1073741823) / 1073741824.0::float8';
CREATE FUNCTION sample_id(name text) RETURNS uuid LANGUAGE sql IMMUTABLE
AS 'SELECT md5(name)::uuid';

-- What is taken away for the load, with the statement that brings it back. Rebuilding an index or checking a whole foreign key
-- at once costs a tenth of doing it row by row, and an owner without superuser rights may do it.
CREATE TABLE sample_ddl (step text NOT NULL, relation text NOT NULL, name text NOT NULL, gone text NOT NULL, back text NOT NULL,
  remark text);

INSERT INTO sample_ddl
WITH mine AS (
  SELECT c.oid, c.relname,
         c.relname IN ('leads', 'tasks', 'notes', 'deals', 'activities', 'email_threads', 'email_messages', 'attachments') AS large
  FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace = (SELECT l.relnamespace FROM pg_class l WHERE l.oid = 'leads'::regclass)
    AND c.relname NOT LIKE 'sample\_%'
)
SELECT 'trigger', m.relname, t.tgname, format('ALTER TABLE %I DISABLE TRIGGER %I', m.relname, t.tgname),
       format('ALTER TABLE %I ENABLE %s TRIGGER %I', m.relname, CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END,
         t.tgname), NULL
FROM mine m JOIN pg_trigger t ON t.tgrelid = m.oid
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
UNION ALL
SELECT CASE k.contype WHEN 'f' THEN 'link' ELSE 'key' END, m.relname, k.conname, format('ALTER TABLE %I DROP CONSTRAINT %I', m.relname,
  k.conname),
       format('ALTER TABLE %I ADD CONSTRAINT %I %s', m.relname, k.conname, pg_get_constraintdef(k.oid)),
       format('COMMENT ON CONSTRAINT %I ON %I IS ', k.conname, m.relname) || quote_literal(obj_description(k.oid, 'pg_constraint'))
FROM mine m JOIN pg_constraint k ON k.conrelid = m.oid
WHERE m.large AND k.contype IN ('f', 'p', 'u')
UNION ALL
SELECT 'index', m.relname, i.relname, format('DROP INDEX %I', i.relname), pg_get_indexdef(i.oid),
       format('COMMENT ON INDEX %I IS ', i.relname) || quote_literal(obj_description(i.oid, 'pg_class'))
FROM mine m JOIN pg_index x ON x.indrelid = m.oid JOIN pg_class i ON i.oid = x.indexrelid
WHERE m.large AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = m.oid);

CREATE FUNCTION sample_take(which text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT gone FROM sample_ddl WHERE step = which ORDER BY relation, name LOOP EXECUTE d.gone; END LOOP;
END $$;
CREATE FUNCTION sample_give(which text, whose text DEFAULT '%', suffix text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT back, remark FROM sample_ddl WHERE step = which AND relation LIKE whose ORDER BY relation, name LOOP
    EXECUTE d.back || suffix;
    IF d.remark IS NOT NULL THEN EXECUTE d.remark; END IF;
  END LOOP;
END $$;
CREATE FUNCTION sample_prove(whose text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT name FROM sample_ddl WHERE step = 'link' AND relation = whose ORDER BY name LOOP
    EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', whose, d.name);
  END LOOP;
END $$;
SELECT sample_take('trigger'), sample_take('link'), sample_take('key'), sample_take('index');

-- part: people after: open
SET LOCAL jit = off;
CREATE TABLE sample_orgs AS
WITH listed (o, slug, name, country, plan, fixed) AS (VALUES
  (1, 'acme', 'Acme', 'US', 'enterprise', NULL::int),
  (2, 'northwind', 'Northwind', 'GB', 'enterprise', NULL),
  (3, 'northwind-traders', 'Northwind Traders', 'CA', 'pro', NULL),
  (4, 'blue-harbour', 'Blue Harbour Logistics', 'NL', 'pro', NULL),
  (5, 'consilium', 'Consilium Partners', 'CH', 'pro', NULL),
  (6, 'grossmann', 'Größmann Maschinenbau GmbH', 'DE', 'pro', NULL),
  (7, 'cafe-rose', 'Café Rosé & Filles', 'FR', 'pro', NULL),
  (8, 'aozora', '青空商事', 'JP', 'pro', NULL),
  (9, 'omalley', 'O''Malley & Sons', 'IE', 'pro', NULL),
  (10, 'sever-consult', 'Север Консалт', 'KZ', 'pro', NULL),
  (11, 'kowalski-meble', 'Kowalski Meble', 'PL', 'basic', NULL),
  (12, 'alnoor', 'شركة النور', 'AE', 'pro', NULL),
  (13, '100-percent-organic', '100% Organic_Farm', 'DK', 'basic', NULL),
  (14, 'fjordkraft', 'Fjordkraft Ås', 'NO', 'basic', NULL),
  (15, 'sao-jorge', 'São Jorge Têxtil', 'PT', 'basic', NULL),
  (16, 'hanok-design', '한옥 디자인', 'KR', 'basic', NULL),
  (17, 'qa-lab', 'QA Lab', 'US', 'basic', NULL),
  (18, 'red-kite', 'Red Kite Aviation', 'GB', 'basic', NULL),
  (19, 'lumen-optics', 'Lumen Optics', 'DE', 'basic', NULL),
  (20, 'polder-water', 'Polder Waterbeheer', 'NL', 'basic', NULL),
  (21, 'tallinn-bytes', 'Tallinn Bytes OÜ', 'EE', 'basic', NULL),
  (22, 'sierra-tours', 'Sierra Tours', 'ES', 'basic', NULL),
  (23, 'moravia-glass', 'Sklo Morava s.r.o.', 'CZ', 'basic', NULL),
  (24, 'bosphorus-yachts', 'Boğaziçi Yatçılık', 'TR', 'basic', NULL),
  (25, 'maple-dental', 'Maple Dental Group', 'CA', 'basic', NULL),
  (26, 'puszta-wines', 'Pusztai Borház Kft.', 'HU', 'basic', NULL),
  (27, 'atlas-lifts', 'Atlas Lifts', 'ZA', 'basic', NULL),
  (28, 'koala-solar', 'Koala Solar Pty', 'AU', 'basic', NULL),
  (29, 'delta-seeds', 'Delta Seeds', 'EG', 'free', NULL),
  (30, 'granite-legal', 'Granite Legal LLP', 'GB', 'free', NULL),
  (31, 'papaya-school', 'Papaya Language School', 'MX', 'free', NULL),
  (32, 'old-mill', 'The Old Mill', 'IE', 'free', NULL),
  (33, 'vega-robotics', 'Vega Robotics', 'SE', 'free', NULL),
  (34, 'hilltop-vets', 'Hilltop Vets', 'NZ', 'free', NULL),
  (35, 'rialto-print', 'Tipografia Rialto', 'IT', 'free', NULL),
  (36, 'nine-elms', 'Nine Elms Studio', 'GB', 'free', NULL),
  (37, 'sandbar', 'Sandbar Surf Camp', 'PT', 'free', NULL),
  (38, 'tiny-bakery', 'Tiny Bakery', 'AT', 'free', 3),
  (39, 'fresh-start', 'Fresh Start', 'US', 'free', 0),
  (40, 'windmill-rentals', 'Windmill Rentals', 'NL', 'free', 12)
), weighed AS (
  SELECT l.*, CASE WHEN fixed IS NULL THEN 1 / (o + 0.4) / sum(1 / (o + 0.4)) FILTER (WHERE fixed IS NULL) OVER () ELSE 0 END AS share,
    p.rows, p.anchor
  FROM listed l, sample_plan p
), counted AS (
  SELECT w.*, coalesce(fixed, floor(share * (rows - 15))::int) AS floored, greatest(fixed / 3, 1 + ceil(95 * share))::int AS staff
    FROM weighed w
), filled AS (
  SELECT c.*, floored + CASE o WHEN 1 THEN rows - sum(floored) OVER () ELSE 0 END::int AS leads FROM counted c
)
SELECT o, sample_id('organization:' || slug) AS id, slug, name, country, plan, leads, (sum(leads) OVER (ORDER BY o) - leads)::int AS first,
       staff, staff - (o IN (1, 6))::int AS seats,
       to_timestamp(anchor - 86400 * (800 - o) - 3600 * (o % 7)) AS created_at,
       CASE slug WHEN 'windmill-rentals' THEN timestamptz '2026-06-30 12:00:00.271828+00' END AS deleted_at
FROM filled;

INSERT INTO organizations (id, name, slug, settings, created_at, updated_at, deleted_at)
SELECT id, name, slug, jsonb_build_object('plan', plan, 'country', country, 'seats', staff + 2, 'onboarded', leads > 0,
         'features', CASE plan WHEN 'enterprise' THEN '["api", "sso", "exports"]'::jsonb WHEN 'pro' THEN '["api", "exports"]'
           ELSE '[]' END),
       created_at, coalesce(deleted_at, created_at + interval '4000 hours'), deleted_at
FROM sample_orgs ORDER BY o;

CREATE TABLE sample_people (n int PRIMARY KEY, name text NOT NULL, first text NOT NULL, mail text NOT NULL, hello tsvector);
INSERT INTO sample_people
WITH firsts (n, first, plain) AS (VALUES (0, 'Ada', 'ada'), (1, 'José', 'jose'), (2, 'Anaïs', 'anais'), (3, 'Björn', 'bjorn'), (4, 'Zoë',
  'zoe'), (5, 'Łukasz', 'lukasz'),
  (6, 'Chloé', 'chloe'), (7, 'Søren', 'soren'), (8, 'Maria', 'maria'), (9, 'Noah', 'noah'), (10, 'Ingrid', 'ingrid'), (11, 'Matteo',
    'matteo'), (12, 'Šárka', 'sarka'),
  (13, 'Emre', 'emre'), (14, 'Fatima', 'fatima'), (15, 'Liam', 'liam'), (16, 'Nadia', 'nadia'), (17, 'Óscar', 'oscar'), (18, 'Priya',
    'priya'), (19, 'Róisín', 'roisin'),
  (20, 'Tomás', 'tomas'), (21, 'Ursula', 'ursula'), (22, 'Yusuf', 'yusuf'), (23, 'Hanna', 'hanna')),
lasts (n, last, plain) AS (VALUES (0, 'Müller', 'mueller'), (1, 'O''Brien', 'obrien'), (2, 'García', 'garcia'), (3, 'Nowak', 'nowak'), (4,
  'Andersen', 'andersen'), (5, 'Rossi', 'rossi'),
  (6, 'Dubois', 'dubois'), (7, 'Sørensen', 'sorensen'), (8, 'Novák', 'novak'), (9, 'Ferreira', 'ferreira'), (10, 'Lindqvist', 'lindqvist'),
    (11, 'Yılmaz', 'yilmaz'),
  (12, 'Haddad', 'haddad'), (13, 'Patel', 'patel'), (14, 'Kowalczyk', 'kowalczyk'), (15, 'Schäfer', 'schaefer'), (16, 'Byrne', 'byrne'),
    (17, 'Costa', 'costa'),
  (18, 'van der Berg', 'vanderberg'), (19, 'Moreau', 'moreau'), (20, 'Singh', 'singh'), (21, 'Silva', 'silva'), (22, 'Weiß', 'weiss'), (23,
    'Åberg', 'aberg')),
cyrillic_firsts (n, first, plain) AS (VALUES (0, 'Анна', 'anna'), (1, 'Дмитро', 'dmytro'), (2, 'Ольга', 'olga'), (3, 'Сергій', 'serhiy'),
  (4, 'Ирина', 'irina'), (5, 'Михаил', 'mikhail')),
cyrillic_lasts (n, last, plain) AS (VALUES (0, 'Шевченко', 'shevchenko'), (1, 'Коваленко', 'kovalenko'), (2, 'Бондаренко', 'bondarenko'),
  (3, 'Черных', 'chernykh'), (4, 'Седых', 'sedykh'), (5, 'Ткач', 'tkach')),
whole (n, name, first, plain) AS (VALUES (612, '山田太郎', '太郎', 'taro.yamada'), (613, '佐藤美咲', '美咲', 'misaki.sato'), (614, '鈴木健', '健',
  'ken.suzuki'), (615, '高橋葵', '葵', 'aoi.takahashi'),
  (616, '王伟', '伟', 'wei.wang'), (617, '李娜', '娜', 'na.li'), (618, '张敏', '敏', 'min.zhang'), (619, '陈静', '静', 'jing.chen'),
  (620, '김지훈', '지훈', 'jihun.kim'), (621, '이서연', '서연', 'seoyeon.lee'), (622, '박민준', '민준', 'minjun.park'), (623, '최수아', '수아', 'sua.choi'),
  (624, 'ليلى حداد', 'ليلى', 'layla.haddad'), (625, 'عمر فاروق', 'عمر', 'omar.farouk'), (626, 'سارة منصور', 'سارة', 'sara.mansour'), (627,
    'يوسف النجار', 'يوسف', 'yousef.alnajjar'),
  (628, 'مريم خليل', 'مريم', 'maryam.khalil'), (629, 'حسن درويش', 'حسن', 'hassan.darwish'), (630, 'נועה לוי', 'נועה', 'noa.levi'), (631,
    'דוד כהן', 'דוד', 'david.cohen'))
SELECT n, name, first, mail, setweight(to_tsvector('english', 'Hi ' || first || ','), 'B')
FROM (SELECT f.n * 24 + l.n AS n, f.first || ' ' || l.last AS name, f.first, f.plain || '.' || l.plain AS mail FROM firsts f, lasts l
      UNION ALL SELECT 576 + f.n * 6 + l.n, f.first || ' ' || l.last, f.first, f.plain || '.' || l.plain FROM cyrillic_firsts f,
        cyrillic_lasts l
      UNION ALL SELECT n, name, first, plain FROM whole) named
ORDER BY n;

CREATE TABLE sample_firms (n int PRIMARY KEY, name text NOT NULL, domain text NOT NULL);
INSERT INTO sample_firms
SELECT (row_number() OVER (ORDER BY a.n, b.n))::int - 1, a.word || ' ' || b.word, a.plain || '.example'
FROM (VALUES (0, 'Aurora', 'aurora'), (1, 'Brückner', 'brueckner'), (2, 'Cobalt', 'cobalt'), (3, 'Dragonfly', 'dragonfly'), (4, 'Évora',
  'evora'), (5, 'Falkenberg', 'falkenberg'),
  (6, 'Golden Gate', 'goldengate'), (7, 'Hawthorn', 'hawthorn'), (8, 'Ibérica', 'iberica'), (9, 'Juniper', 'juniper'), (10, 'Krämer',
    'kraemer'), (11, 'Lakeside', 'lakeside'),
  (12, 'Meridian', 'meridian'), (13, 'Nordlys', 'nordlys'), (14, 'Orchard', 'orchard'), (15, 'Piñón', 'pinon'), (16, 'Quayside',
    'quayside'), (17, 'Ravenna', 'ravenna'),
  (18, 'Skovgård', 'skovgaard'), (19, 'Three Rivers', 'threerivers'), (20, 'Umbra', 'umbra'), (21, 'Vantage', 'vantage'), (22, 'Świt',
    'swit'), (23, 'Yellow Fin', 'yellowfin'),
  (24, '青山', 'aoyama'), (25, 'Север', 'sever'), (26, 'النخيل', 'nakheel'), (27, '한강', 'hangang')) a(n, word, plain),
     (VALUES (0, 'Logistics'), (1, 'Foods'), (2, 'Health'), (3, 'Software'), (4, 'Textiles'), (5, 'Energy'),
  (6, 'Robotics'), (7, 'Media'), (8, 'Insurance'), (9, 'Ceramics'), (10, '& Co.'), (11, 'Architects'),
  (12, 'Marine'), (13, 'Labs'), (14, 'GmbH')) b(n, word);

CREATE TABLE sample_staff AS
SELECT s.o, s.j, sample_id('user:' || s.slug || ':' || s.j) AS id, p.name, p.mail || CASE WHEN s.j > 9 THEN s.j::text ELSE '' END || '@'
  || s.slug || '.example' AS email,
       s.created_at + interval '30 hours' * s.j AS created_at, (s.o, s.j) IN ((1, 9), (6, 3)) AS left_early,
       CASE WHEN (s.o, s.j) NOT IN ((1, 9), (6, 3)) THEN s.j - 1 - (s.o = 1 AND s.j > 9)::int - (s.o = 6 AND s.j > 3)::int END AS seat
FROM (SELECT o.*, j, sample_pick(o.o * 100 + j, 1, 632) AS n FROM sample_orgs o, generate_series(1, o.staff) j) s
  JOIN sample_people p ON p.n = s.n;

INSERT INTO auth.users (id, email) SELECT id, email FROM sample_staff ORDER BY o, j ON CONFLICT (id) DO NOTHING;
INSERT INTO users (id, email, full_name, avatar_url, metadata, created_at, updated_at, deleted_at)
SELECT id, email, CASE WHEN (o, j) <> (4, 3) THEN name END, CASE WHEN j % 3 = 0 THEN 'https://avatars.example/' || left(id::text, 8)
  || '.png' END,
       jsonb_build_object('theme', (ARRAY['dark', 'light'])[1 + j % 2], 'locale', (ARRAY['en', 'de', 'fr', 'ja'])[1 + o % 4]),
       created_at, created_at + interval '1000 hours',
       CASE WHEN o = 40 THEN timestamptz '2026-06-30 12:00:00.271828+00' WHEN left_early THEN timestamptz '2026-05-29 16:00:00.5+00' END
FROM sample_staff ORDER BY o, j;

-- The first of every tenant owns it, the second administers it; the consultant of consilium looks after acme, northwind and the two smallest.
INSERT INTO user_orgs (user_id, org_id, role, created_at)
SELECT s.id, o.id, CASE s.j WHEN 1 THEN 'owner' WHEN 2 THEN 'admin' ELSE 'member' END, s.created_at FROM sample_staff s
  JOIN sample_orgs o USING (o) WHERE NOT s.left_early
UNION ALL
SELECT s.id, o.id, 'admin', greatest(s.created_at, o.created_at) + interval '30 hours' FROM sample_staff s, sample_orgs o WHERE s.o = 5
  AND s.j = 1 AND o.o IN (1, 2, 38, 39)
UNION ALL
SELECT s.id, o.id, 'member', greatest(s.created_at, o.created_at) + interval '50 hours' FROM sample_staff s
  JOIN sample_orgs o ON o.o = s.o + 1 WHERE s.j = 3 AND o.o % 4 = 0;

CREATE TABLE sample_texts (kind text NOT NULL, n int NOT NULL, body text NOT NULL, vector tsvector NOT NULL, PRIMARY KEY (kind, n));
INSERT INTO sample_texts
SELECT 'note', a.n * 16 + b.n, a.t || ' ' || b.t, to_tsvector('english', a.t || ' ' || b.t)
FROM (VALUES (0, 'Called the front desk, got through to purchasing.'), (1, 'Met at the trade fair in Hall 4.'), (2,
  'Long chat about their migration.'), (3, 'Left a voicemail, no callback yet.'),
  (4, 'Demo went well, three colleagues joined.'), (5, 'Budget was cut by a third last quarter.'), (6,
    'They compare us with two competitors.'), (7, 'New decision maker since the reorganisation.'),
  (8, 'Contract with the current supplier ends in spring.'), (9, 'Referred by a customer in Lisbon.'), (10,
    'Security questionnaire arrived, 140 questions.'), (11, 'Pilot users report slow exports.'),
  (12, 'Asked for references from the food industry.'), (13, 'Legal wants changes to the liability clause.'), (14,
    'Visited their warehouse in Rotterdam.'), (15, 'Price is the only open point.'),
  (16, 'They run everything on spreadsheets today.'), (17, 'Contact is on parental leave.'), (18, 'Interested in the annual plan.'), (19,
    'Misunderstood our licence model, explained seats.')) a(n, t),
     (VALUES (0, 'Follow up on Tuesday.'), (1, 'Send the revised quote.'), (2, 'Prefers e-mail over phone.'), (3,
       'Sounded keen, move quickly.'), (4, 'Needs approval from finance.'), (5, 'Try again after the holidays.'),
  (6, 'Book a technical session.'), (7, 'Champion: head of operations.'), (8, 'Share the onboarding checklist.'), (9,
    'Wants a discount for three years.'), (10, 'Keep warm until January.'),
  (11, 'Invite to the customer breakfast.'), (12, 'No urgency, low priority.'), (13, 'Prepare a comparison sheet.'), (14,
    'Integration with their ERP matters most.'), (15, 'Said thanks twice, good sign.')) b(n, t);
INSERT INTO sample_texts
SELECT 'mail', a.n * 20 + b.n, a.t || ' ' || b.t, setweight(to_tsvector('english', a.t || ' ' || b.t), 'B')
FROM (VALUES (0, 'Thanks for the call this morning.'), (1, 'Please find the offer attached.'), (2, 'We looked at the numbers again.'), (3,
  'Quick question about the rollout.'), (4, 'Our team discussed your proposal.'),
  (5, 'Sorry for the late answer.'), (6, 'The contract is with legal now.'), (7, 'Could you resend the invoice?'), (8,
    'Happy to hear the pilot works.'), (9, 'We found a problem with the import.'),
  (10, 'The delivery arrived damaged.'), (11, 'Just a reminder about Thursday.'), (12, 'As promised, the price list.'), (13,
    'I am adding our architect in copy.'), (14, 'Your support was excellent.'),
  (15, 'The figures on page two look wrong.'), (16, 'We decided to postpone.'), (17, 'Great meeting you in Vienna.'), (18,
    'Here are the missing documents.'), (19, 'Can we start with ten seats?')) a(n, t),
     (VALUES (0, 'Could we talk on Thursday at ten?'), (1, 'Let me know which option suits you.'), (2,
       'The discount is valid until Friday.'), (3, 'Kind regards'), (4, 'Please confirm the delivery address.'),
  (5, 'I will come back to you next week.'), (6, 'Our finance department needs a purchase order.'), (7,
    'Is there a volume price for 250 users?'), (8, 'Looking forward to your feedback.'), (9, 'The login still fails for two people.'),
  (10, 'We would like to sign this month.'), (11, 'Do you support single sign-on?'), (12, 'Feel free to call me anytime.'), (13,
    'This is getting urgent.'), (14, 'Attached you find our terms.'),
  (15, 'Best wishes from a rainy Hamburg'), (16, 'Who handles data protection on your side?'), (17, 'Shall I book the meeting room?'), (18,
    'Nothing else is blocking us.'), (19, 'Cheers')) b(n, t);
INSERT INTO sample_texts
SELECT 'subject', n * 2 + re, CASE re WHEN 1 THEN 'Re: ' ELSE '' END || t, setweight(to_tsvector('english', CASE re WHEN 1 THEN 'Re: '
  ELSE '' END || t), 'A')
FROM generate_series(0, 1) re, (VALUES (0, 'Offer'), (1, 'Your visit next week'), (2, 'Invoice question'), (3, 'Pilot phase'), (4,
  'Contract draft'), (5, 'Meeting notes'), (6, 'Import problem'), (7, 'Price list'),
  (8, 'Security questionnaire'), (9, 'Delivery date'), (10, 'Introduction'), (11, 'Renewal'), (12, 'Training for new colleagues'), (13,
    'Feedback on the demo'), (14, 'Data protection'), (15, 'Angebot für 2027'),
  (16, 'Réunion de lancement'), (17, 'お見積りの件'), (18, 'Счёт на оплату'), (19, 'عرض الأسعار')) s(n, t);
INSERT INTO sample_texts
SELECT 'task', n, t, '' FROM (VALUES (0, 'Call back'), (1, 'Send offer'), (2, 'Prepare demo'), (3, 'Book meeting room'), (4,
  'Check references'), (5, 'Update contract'), (6, 'Ask for feedback'), (7, 'Send price list'),
  (8, 'Answer security questions'), (9, 'Arrange site visit'), (10, 'Clarify budget'), (11, 'Find the decision maker'), (12,
    'Renew licence'), (13, 'Onboard new users'), (14, 'Fix billing address'), (15, 'Write follow-up')) x(n, t);
INSERT INTO sample_texts
SELECT 'remark', n, t, '' FROM (VALUES (0, 'Came in through the autumn campaign.'), (1, 'Large fleet, five sites, one buyer.'), (2,
  'Do not call before ten.'), (3, 'Former customer, left over pricing.'), (4, 'Speaks French and German.'),
  (5, 'Prospect of our partner in Oslo.'), (6, 'Wants everything in writing.'), (7, 'Technical contact only, no budget.'), (8,
    'Asked twice about hosting in Europe.'), (9, 'VIP: knows the board.')) x(n, t);

INSERT INTO sample_texts SELECT 'label', n, split_part(body, '.', 1), '' FROM sample_texts WHERE kind = 'note';

-- Deletions worth finding again: who (the j-th of the tenant, 0 the consultant) threw away which leads at which moment.
CREATE TABLE sample_gone (o int, r int, at timestamptz, who int, PRIMARY KEY (o, r));
-- planted: - leads
-- One lead with all that hangs on it, deleted two days ago by the owner.
INSERT INTO sample_gone VALUES (1, 0, '2026-11-18 16:42:07.310452+00', 1);
-- planted: - leads
-- Two leads in one deletion, early in the morning.
INSERT INTO sample_gone VALUES (1, 1, '2026-11-17 09:05:33.118+00', 2), (1, 2, '2026-11-17 09:05:33.118+00', 2);
-- planted: - leads
-- A clean-up that went too far: six leads on a Friday evening.
INSERT INTO sample_gone SELECT 1, r, '2026-11-13 17:58:59.904211+00', 3 FROM generate_series(3, 8) r;
-- planted: - leads
-- The last microsecond of a month, for filters by date.
INSERT INTO sample_gone VALUES (1, 9, '2026-10-31 23:59:59.999999+00', 4);
-- planted: - leads
-- One transaction of the consultant over two tenants: the equal moment must not join what belongs to different tenants.
INSERT INTO sample_gone VALUES (1, 10, '2026-11-12 14:30:00.5+00', 0), (2, 0, '2026-11-12 14:30:00.5+00', 0);
-- planted: - leads
-- Its notes went one by one before: the first a day, the second a minute earlier. They stay deleted when the lead comes back.
INSERT INTO sample_gone VALUES (1, 11, '2026-11-16 10:20:30.4+00', 2);
-- planted: - leads
-- Its first mail thread cannot come back, see the thread planted below.
INSERT INTO sample_gone VALUES (1, 12, '2026-11-10 08:15:42.75+00', 1);
-- planted: - leads
-- More people, dates and tenants, the last one with a round second.
INSERT INTO sample_gone VALUES (2, 1, '2026-11-19 08:00:00.000001+00', 1), (2, 2, '2026-09-30 15:31:12.6+00', 2), (3, 0,
  '2026-11-02 11:11:11.111111+00', 1), (3, 1, '2026-11-02 11:11:11.111111+00', 1),
  (4, 0, '2026-08-15 13:37:00.42+00', 2), (6, 0, '2026-11-19 22:59:30.9+00', 1), (17, 0, '2026-11-14 19:45:00+00', 1);

ANALYZE sample_orgs, sample_people, sample_firms, sample_staff, sample_texts, sample_gone;

CREATE UNLOGGED TABLE sample_leads AS
WITH placed AS (
  SELECT i, (i::bigint * 2654435761 % p.rows)::int AS slot, p.rows, p.anchor FROM sample_plan p, generate_series(1, p.rows) i
), owned AS MATERIALIZED (
  SELECT s.*, o.o, o.id AS org_id, s.slot - o.first AS r, o.deleted_at AS org_gone, g.at AS gone_at, g.who
  FROM placed s JOIN sample_orgs o ON s.slot >= o.first AND s.slot < o.first + o.leads LEFT JOIN sample_gone g ON g.o = o.o
    AND g.r = s.slot - o.first
), timed AS (
  SELECT w.*, (rows - i + 0.5) / rows AS back,
         extract(epoch FROM coalesce(gone_at, org_gone))::float8 AS planned
  FROM owned w
), dated AS (
  -- more and more leads as time goes by, on working days between seven and six
  SELECT t.*, (anchor - 86400 - 63072000 * back * (0.55 + 0.45 * back))::bigint / 86400 * 86400 AS day FROM timed t
), started AS MATERIALIZED (
  SELECT d.*, least(day - CASE WHEN day / 86400 % 7 IN (2, 3) THEN 172800 ELSE 0 END + 25200 + 39600 * sample_share(i, 1), anchor - 3600,
                    planned - 86400 * (40 + sample_pick(i, 2, 300))) AS at,
         86400 * (o + 0.375) + o * 977 AS shift
  FROM dated d
), ended AS (
  -- every tenant clears out every 45 days; one lead in seventy goes with it
  SELECT s.*, coalesce(planned, CASE WHEN sample_pick(i, 3, 1000) < 14 AND o <> 38
    AND r > 20 THEN ceil((at + 1296000 - shift) / 3888000) * 3888000 + shift + o / 64.0 END) AS leave FROM started s
), closed AS MATERIALIZED (
  SELECT e.*, CASE WHEN leave <= anchor - 86400 OR planned IS NOT NULL THEN leave END AS gone FROM ended e
), drawn AS (
  SELECT i, o, r, org_id, sample_id('lead:' || i) AS id, at, least(86400 * (20 + sample_pick(i, 4, 220)), coalesce(gone - CASE
    WHEN gone_at IS NULL THEN 600 ELSE 172800 END, anchor) - at) AS span,
         coalesce(gone_at, org_gone, to_timestamp(gone)) AS gone, who, (gone / 3888000)::bigint AS clearing,
         CASE WHEN anchor - at < 200000 THEN 0 ELSE sample_pick(i, 5, 100) END AS fate,
         gone_at IS NOT NULL AS planned,
         sample_pick(i, 6, 7) AS notes, sample_pick(i, 7, 5) AS tasks, sample_pick(i, 8, 2) AS deals, sample_pick(i, 9, 5) AS threads,
           sample_pick(i, 10, 3) AS files,
         CASE sample_pick(i, 11, 25) WHEN 0 THEN 624 + sample_pick(i, 12, 8) WHEN 1 THEN 612 + sample_pick(i, 12, 12)
           WHEN 2 THEN 576 + sample_pick(i, 12, 36)
           ELSE sample_pick(i, 12, 576) END AS person
  FROM closed
), sized AS (
  SELECT i, o, r, org_id, id, at, span, gone, who, clearing, fate, person, planned,
         CASE WHEN planned THEN 4 ELSE 2 + notes END AS notes, CASE WHEN planned THEN 3 ELSE 1 + tasks END AS tasks, CASE
           WHEN planned THEN 1 ELSE deals END AS deals,
         CASE WHEN planned THEN 2 ELSE threads END AS threads, CASE WHEN planned THEN 2 ELSE files END AS files,
         CASE WHEN fate < 22 THEN 0 WHEN fate < 50 THEN 1 WHEN fate < 68 THEN 2 WHEN fate < 80 THEN 3 WHEN fate < 91 THEN 4
           ELSE 5 END AS rank
  FROM drawn
)
SELECT d.i, d.o, d.r, d.org_id, d.id, d.at, d.span, d.gone, d.planned, g.id AS gone_by, d.rank, CASE d.rank WHEN 5 THEN 2
  ELSE d.rank END AS steps,
       d.notes, d.tasks, floor((d.tasks + 1) * CASE WHEN d.rank >= 4 THEN 0.76 ELSE 0.9 * sample_share(d.i, 17) END)::int AS done, d.deals,
         d.threads, d.files,
       CASE d.rank WHEN 4 THEN 5 WHEN 5 THEN 6 ELSE 1 + sample_pick(d.i, 18, 4) END AS stage,
       d.threads > 0 AND d.files > 0 AND sample_pick(d.i, 19, 4) = 0 AS mailed,
       d.person, p.name, p.mail || d.i || '@' || f.domain AS mail, f.name AS company, w.slug,
       s.id AS owner, s.email AS owner_mail, s.name AS owner_name, z.id AS second, z.email AS second_mail
FROM sized d
JOIN sample_orgs w ON w.o = d.o
JOIN sample_people p ON p.n = d.person
JOIN sample_firms f ON f.n = sample_pick(d.i, 13, 420)
JOIN sample_staff s ON s.o = d.o AND s.seat = sample_pick(d.i, 14, w.seats)
JOIN sample_staff z ON z.o = d.o AND z.seat = sample_pick(d.i, 15, w.seats)
LEFT JOIN sample_staff g ON g.o = CASE d.who WHEN 0 THEN 5 ELSE d.o END
  AND g.seat = CASE WHEN d.gone IS NULL THEN NULL WHEN d.who = 0 OR d.o = 40 THEN 0 WHEN d.who > 0 THEN d.who - 1
    ELSE sample_pick(d.o * 1000 + d.clearing, 16, w.seats) END
ORDER BY d.i;

CREATE UNLOGGED TABLE sample_files AS
SELECT x.i, x.j, x.ij, sample_id('attachment:' || x.i || ':' || x.j) AS id, x.org_id, x.o, x.id AS lead_id, x.slug, x.owner, x.at, x.gone,
  x.gone_by, x.target,
       CASE x.target WHEN 'lead' THEN x.id WHEN 'email' THEN sample_id('email:' || x.i || ':1:1') ELSE sample_id(x.target || ':' || x.i
         || ':1') END AS target_id,
       f.file, f.mime, 900 + (4000000 * x.share * x.share)::bigint AS size
FROM (
  SELECT l.i, j, l.i::bigint * 64 + j AS ij, l.org_id, l.o, l.id, l.slug, l.owner, l.gone, l.gone_by, s.share,
    to_timestamp(l.at + l.span * s.share) AS at,
         CASE WHEN l.mailed AND j = 1 THEN 'email' WHEN t.chance = 0 THEN 'note' WHEN t.chance = 1 THEN 'task' WHEN t.chance = 2
           AND l.deals = 1 THEN 'deal' ELSE 'lead' END AS target
  FROM sample_leads l, generate_series(1, l.files) j, LATERAL (SELECT sample_share(l.i::bigint * 64 + j, 105)) s(share),
    LATERAL (SELECT sample_pick(l.i::bigint * 64 + j, 44, 5)) t(chance)
  OFFSET 0
) x
JOIN (VALUES (0, 'offer.pdf', 'application/pdf'), (1, 'contract draft.docx', 'application/msword'), (2, 'site plan.png', 'image/png'), (3,
  'Preisliste größer 100.xlsx', 'application/vnd.ms-excel'),
  (4, '見積書.pdf', 'application/pdf'), (5, 'minutes.txt', 'text/plain'), (6, 'photo.jpg', 'image/jpeg')) f(n, file,
    mime) ON f.n = sample_pick(x.ij, 45, 7)
ORDER BY x.i, x.j;
ANALYZE sample_leads, sample_files;

-- part: activities after: people
SET LOCAL jit = off;
-- The table is empty; truncated here, the server need not log what follows (wal_level = minimal).
TRUNCATE activities;
CREATE UNLOGGED TABLE sample_events (code int PRIMARY KEY, kind text, entity text, salt int, lag float8, topic text, picker int,
  choices int, says text, changes jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}');
INSERT INTO sample_events (code, kind, entity, salt, lag, topic, picker, choices, says) VALUES
  (0, 'lead_created', 'lead', 0, 0, NULL, 0, 1, 'Lead created: '), (10, 'note_created', 'note', 101, 0, 'label', 33, 320, 'Note created: '),
    (20, 'task_created', 'task', 102, 0, 'task', 37, 16, 'Task created: '),
  (21, 'task_completed', 'task', 102, 0.25, 'task', 37, 16, 'Task completed: '),
  (40, 'deal_created', 'deal', 103, 0, NULL, 0, 1, 'Deal created'), (50, 'email_received', 'email_thread', 104, 0, 'subject', 23, 20,
    'Email thread: '),
  (70, 'call_logged', 'lead', 106, 0, NULL, 0, 1, 'Call, nobody answered'), (71, 'call_logged', 'lead', 106, 0, 'label', 49, 320, 'Call: '),
  (72, 'meeting_scheduled', 'lead', 106, 0, NULL, 0, 1, 'Meeting scheduled'), (73, 'meeting_completed', 'lead', 106, 0, 'label', 49, 320,
    'Meeting held: '),
  (74, 'lead_updated', 'lead', 106, 0, NULL, 0, 1, 'Lead updated: '), (75, 'lead_updated', 'lead', 106, 0, NULL, 0, 1, 'Lead updated: '),
    (76, 'email_replied', 'lead', 106, 0, NULL, 0, 1, 'Replied by e-mail');
INSERT INTO sample_events (code, kind, entity, salt, lag, topic, picker, choices, says, changes)
SELECT 30 + n, 'lead_status_changed', 'lead', 107 + n, 0, NULL, 0, 1, format('Status changed from %s to %s', a, b),
       jsonb_build_object('old', jsonb_build_object('status', a), 'new', jsonb_build_object('status', b), 'old_status', a, 'new_status', b)
FROM (VALUES (1, 'new', 'contacted'), (2, 'contacted', 'replied'), (3, 'replied', 'meeting_scheduled'), (4, 'meeting_scheduled', 'closed'),
  (5, 'contacted', 'lost')) s(n, a, b);
INSERT INTO sample_events (code, kind, entity, salt, lag, topic, picker, choices, says, changes)
SELECT 40 + n, 'deal_stage_changed', 'deal', 103, 0.5, NULL, 0, 1, format('Deal stage changed from %s to %s', a, b),
       jsonb_build_object('old', jsonb_build_object('stage', a), 'new', jsonb_build_object('stage', b), 'old_stage', a, 'new_stage', b)
FROM (VALUES (2, 'lead', 'qualified'), (3, 'qualified', 'proposal'), (4, 'proposal', 'negotiation'), (5, 'negotiation', 'closed_won'), (6,
  'proposal', 'closed_lost')) s(n, a, b);
UPDATE sample_events SET changes = '{"old": {"status": "in_progress"}, "new": {"status": "completed"}}' WHERE code = 21;
UPDATE sample_events SET metadata = '{"minutes": 12}' WHERE code = 71;
UPDATE sample_events SET metadata = '{"room": "Vienna", "people": 4}' WHERE code IN (72, 73);
UPDATE sample_events SET changes = '{"old": {"sentiment": "neutral"}, "new": {"sentiment": "positive"}}' WHERE code = 74;
UPDATE sample_events SET changes = '{"old": {"phone": null}, "new": {"phone": "+44 20 7946 0018"}}' WHERE code = 75;
ANALYZE sample_events;

-- Twenty per lead with its uploads: what its notes, tasks, status and so on have written, the rest calls, meetings and small edits.
INSERT INTO activities (id, org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, metadata, changes, created_at,
  deleted_at)
WITH counted AS MATERIALIZED (
  SELECT i, o, id, org_id, at, span, gone, owner, second, name, rank, stage, 20 - files AS all_of_it, c1, c2, c3, c4, c5, c6
  FROM sample_leads, LATERAL (SELECT 1 + notes AS c1) a, LATERAL (SELECT c1 + tasks AS c2) b, LATERAL (SELECT c2 + done AS c3) c,
    LATERAL (SELECT c3 + steps AS c4) d,
       LATERAL (SELECT c4 + deals * (1 + (stage > 1)::int) AS c5) e, LATERAL (SELECT c5 + threads AS c6) f
)
SELECT sample_id('activity:' || x.i || ':' || x.k), x.org_id, e.kind, e.entity,
       CASE WHEN e.entity = 'lead' THEN x.id ELSE sample_id(e.entity || ':' || x.i || ':' || x.j) END,
       x.id, x.actor, e.says || coalesce(t.body, CASE WHEN e.code IN (0, 74, 75) THEN x.name END, ''), e.metadata, e.changes,
       to_timestamp(CASE WHEN e.salt = 0 THEN x.at WHEN e.salt > 107 THEN x.at + x.span * (0.18 * x.j + 0.17 * sample_share(x.i,
         e.salt) - 0.1)
                    ELSE x.at + x.span * (e.lag + (1 - e.lag) * sample_share(x.ij, e.salt)) END),
       CASE WHEN x.o = 40 THEN x.gone END
FROM (
  SELECT y.*, y.i::bigint * 64 + y.j AS ij FROM (
    SELECT i, o, k, id, org_id, at, span, gone, name, CASE sample_pick(i::bigint * 64 + k, 21, 5) WHEN 0 THEN second
      ELSE owner END AS actor,
           CASE WHEN k = 1 THEN 0 WHEN k <= c1 THEN 10 WHEN k <= c2 THEN 20 WHEN k <= c3 THEN 21 WHEN k <= c4 THEN CASE WHEN rank = 5
             AND k = c4 THEN 35 ELSE 30 + k - c3 END
                WHEN k <= c5 THEN CASE WHEN k = c5 AND stage > 1 THEN 40 + stage ELSE 40 END WHEN k <= c6 THEN 50
                  ELSE 70 + sample_pick(i::bigint * 64 + k, 22, 7) END AS code,
           CASE WHEN k = 1 THEN 0 WHEN k <= c1 THEN k - 1 WHEN k <= c2 THEN k - c1 WHEN k <= c3 THEN k - c2 WHEN k <= c4 THEN k - c3
             WHEN k <= c5 THEN 1 WHEN k <= c6 THEN k - c5 ELSE k END AS j
    FROM counted, generate_series(1, all_of_it) k
    OFFSET 0
  ) y
) x
JOIN sample_events e ON e.code = x.code
LEFT JOIN sample_texts t ON t.kind = e.topic AND t.n = sample_pick(CASE e.topic WHEN 'subject' THEN x.i::bigint * 8 + x.j ELSE x.ij END,
  e.picker, e.choices) * CASE e.topic WHEN 'subject' THEN 2 ELSE 1 END;

INSERT INTO activities (id, org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, changes, created_at, deleted_at)
SELECT sample_id('activity:file:' || ij), org_id, 'file_uploaded', target, target_id, lead_id, owner, 'Uploaded file: ' || file,
       jsonb_build_object('attachment_id', id, 'filename', file, 'file_size', size, 'mime_type', mime), at, CASE WHEN o = 40 THEN gone END
FROM sample_files;

-- Deletions name every row that fell and who did it, as the triggers do.
INSERT INTO activities (id, org_id, activity_type, entity_type, entity_id, lead_id, user_id, description, changes, created_at, deleted_at)
SELECT sample_id('activity:gone:' || x.id::text), x.org_id, x.what || '_deleted', x.entity, CASE x.what WHEN 'file' THEN x.target_id
  ELSE x.id END, x.lead_id, x.actor, initcap(x.what) || ' deleted' || x.label,
       CASE x.what WHEN 'file' THEN jsonb_build_object('attachment_id', x.id, 'filename', substr(x.label, 3))
         ELSE jsonb_build_object('old', '{"deleted_at": null}'::jsonb, 'new', jsonb_build_object('deleted_at',
           (to_json(x.at AT TIME ZONE 'UTC') #>> '{}') || '+00:00')) END,
       x.at, CASE WHEN x.o = 40 THEN x.at END
FROM (
  SELECT 'lead' AS what, 'lead' AS entity, id, id AS target_id, o, org_id, id AS lead_id, gone_by AS actor, gone AS at, ': '
    || name AS label FROM sample_leads WHERE gone IS NOT NULL
  UNION ALL
  SELECT 'note', 'note', sample_id('note:' || l.i || ':' || j), NULL, l.o, l.org_id, l.id, CASE WHEN d.lost THEN l.owner ELSE l.gone_by END,
    CASE WHEN d.lost THEN to_timestamp(l.at + l.span * (0.5 + 0.5 * sample_share(l.i::bigint * 64 + j, 101))) ELSE l.gone END, ''
  FROM sample_leads l, generate_series(1, l.notes) j, LATERAL (SELECT j > 1 AND NOT l.planned AND sample_pick(l.i::bigint * 64 + j, 51,
    1000) < 9) d(lost) WHERE d.lost OR l.gone IS NOT NULL
  UNION ALL
  SELECT 'task', 'task', sample_id('task:' || l.i || ':' || j), NULL, l.o, l.org_id, l.id, CASE WHEN d.lost THEN l.owner ELSE l.gone_by END,
    CASE WHEN d.lost THEN to_timestamp(l.at + l.span * (0.5 + 0.5 * sample_share(l.i::bigint * 64 + j, 102))) ELSE l.gone END, ''
  FROM sample_leads l, generate_series(1, l.tasks) j, LATERAL (SELECT j > 1 AND NOT l.planned AND sample_pick(l.i::bigint * 64 + j, 52,
    1000) < 9) d(lost) WHERE d.lost OR l.gone IS NOT NULL
  UNION ALL
  SELECT 'deal', 'deal', sample_id('deal:' || i || ':1'), NULL, o, org_id, id, gone_by, gone, '' FROM sample_leads WHERE deals = 1
    AND gone IS NOT NULL
  UNION ALL
  SELECT 'email', 'email_thread', sample_id('email_thread:' || l.i || ':' || k), NULL, l.o, l.org_id, l.id, l.gone_by, l.gone, ''
    FROM sample_leads l, generate_series(1, l.threads) k WHERE l.gone IS NOT NULL
  UNION ALL
  SELECT 'email', 'email', sample_id('email:' || l.i || ':' || k || ':' || m), NULL, l.o, l.org_id, NULL, l.gone_by, l.gone, ''
  FROM sample_leads l, generate_series(1, l.threads) k, generate_series(1, 1 + sample_pick(l.i::bigint * 8 + k, 24, 9)) m
    WHERE l.gone IS NOT NULL
  UNION ALL
  SELECT 'file', target, id, target_id, o, org_id, lead_id, gone_by, gone, ': ' || file FROM sample_files WHERE gone IS NOT NULL
) x;
CREATE UNLOGGED TABLE sample_last AS SELECT lead_id, max(created_at) AS at FROM activities WHERE lead_id IS NOT NULL GROUP BY lead_id;

-- part: mail after: people
SET LOCAL jit = off;
TRUNCATE email_threads, email_messages;
CREATE UNLOGGED TABLE sample_threads AS
SELECT x.i, x.k, x.i::bigint * 8 + x.k AS ik, sample_id('email_thread:' || x.i || ':' || x.k) AS id, x.o, x.org_id, CASE
  WHEN NOT x.news THEN x.id END AS lead_id, x.gone, x.person,
       x.who, x.mail, to_tsvector('simple', address_words(x.mail) || ' ' || x.who) AS them, x.owner, x.owner_mail, x.owner_name, x.slug,
       2 * sample_pick(x.i * 8 + x.k, 23, 20) AS subject, x.n, x.mailed AND x.k = 1 AS mailed, x.news,
       x.at + x.span * 0.7 * x.share AS first, x.span * (1 - 0.7 * x.share) / 10 AS step
FROM (
  SELECT l.i, l.o, l.org_id, l.id, l.gone, l.person, l.owner, l.owner_mail, l.owner_name, l.slug, l.mailed, l.at, l.span, k, n.news,
         CASE WHEN n.news THEN 'news@letters.example' ELSE l.mail END AS mail, CASE WHEN n.news THEN 'Weekly letter' ELSE l.name END AS who,
         sample_share(l.i::bigint * 64 + k, 104) AS share, 1 + sample_pick(l.i::bigint * 8 + k, 24, 9) AS n
  FROM sample_leads l, generate_series(1, l.threads) k,
       LATERAL (SELECT NOT l.mailed AND l.gone IS NULL AND sample_pick(l.i::bigint * 8 + k, 25, 50) = 0) n(news)
  OFFSET 0
) x
ORDER BY x.i, x.k;
ALTER TABLE sample_staff ADD us tsvector;
UPDATE sample_staff SET us = setweight(to_tsvector('simple', address_words(email) || ' ' || name), 'C');
ANALYZE sample_threads, sample_staff;

INSERT INTO email_threads (id, org_id, thread_id, provider, subject, snippet, lead_id, participants, labels, is_read, is_starred,
  is_important, last_message_at, created_at, updated_at, deleted_at)
SELECT t.id, t.org_id, left(md5('provider:' || t.ik), 16), CASE WHEN t.ik % 10 < 6 THEN 'gmail' WHEN t.ik % 10 < 9 THEN 'outlook'
  ELSE 'other' END, s.body, left(b.body, 40),
       t.lead_id, ARRAY[t.mail, t.owner_mail],
       (ARRAY['{inbox}', '{inbox,sales}', '{inbox,support}', '{archive}', '{inbox,sales,contract}', '{}']::text[])[1 + sample_pick(t.ik, 26,
         6)]::text[],
       t.gone IS NOT NULL OR sample_pick(t.ik, 27, 4) > 0, sample_pick(t.ik, 28, 12) = 0, sample_pick(t.ik, 29, 9) = 0,
       CASE WHEN t.gone IS NULL THEN to_timestamp(t.first + t.step * (t.n - 1 + 0.8 * sample_share(t.ik * 16 + t.n, 30))) END,
       to_timestamp(t.first), to_timestamp(t.first + t.step * t.n), t.gone
FROM sample_threads t
JOIN sample_texts s ON s.kind = 'subject' AND s.n = t.subject
JOIN sample_texts b ON b.kind = 'mail' AND b.n = sample_pick(t.ik * 16 + t.n, 31, 400);

INSERT INTO email_messages (id, org_id, thread_id, message_id, from_email, from_name, to_emails, cc_emails, subject, body_text, body_html,
  is_from_me,
  has_attachments, attachment_count, sentiment, sent_at, received_at, search_vector, created_at, deleted_at)
SELECT sample_id('email:' || x.i || ':' || x.k || ':' || x.m), x.org_id, x.id, '<' || x.key || '@' || x.slug || '.example>',
       CASE WHEN x.me THEN x.owner_mail ELSE x.mail END, CASE WHEN x.me THEN x.owner_name ELSE x.who END, ARRAY[CASE WHEN x.me THEN x.mail
         ELSE x.owner_mail END],
       CASE WHEN x.key % 11 = 0 THEN ARRAY['office@' || x.slug || '.example'] ELSE '{}' END, s.body,
       CASE WHEN x.me THEN 'Hi ' || p.first || E',\n\n' || b.body ELSE b.body END, CASE WHEN x.key % 31 = 0 AND NOT x.me THEN '<p>'
         || b.body || '</p>' END, x.me,
       x.mailed AND x.m = 1, (x.mailed AND x.m = 1)::int,
       CASE sample_pick(x.key, 32, 10) WHEN 0 THEN 'negative' WHEN 1 THEN 'positive' WHEN 2 THEN 'positive' WHEN 3 THEN NULL
         ELSE 'neutral' END,
       x.sent, CASE WHEN NOT x.me THEN x.sent + interval '3 seconds' END,
       s.vector || CASE WHEN x.me THEN p.hello || b.vector || g.us ELSE b.vector || x.them END,
       x.sent + interval '40 seconds', x.gone
FROM (
  SELECT t.i, t.k, m, t.ik * 16 + m AS key, t.org_id, t.id, t.slug, t.owner, t.owner_mail, t.owner_name, t.mail, t.who, setweight(t.them,
    'C') AS them, t.person, t.mailed, t.gone,
         t.subject + (m > 1)::int AS subject, NOT t.news AND (t.k + m) % 2 = 0 AS me,
         to_timestamp(t.first + t.step * (m - 1 + 0.8 * sample_share(t.ik * 16 + m, 30))) AS sent
  FROM sample_threads t, generate_series(1, t.n) m
  OFFSET 0
) x
JOIN sample_texts s ON s.kind = 'subject' AND s.n = x.subject
JOIN sample_texts b ON b.kind = 'mail' AND b.n = sample_pick(x.key, 31, 400)
JOIN sample_people p ON p.n = x.person
JOIN sample_staff g ON g.id = x.owner;

-- part: records after: people
SET LOCAL jit = off;
TRUNCATE notes, tasks, deals, attachments;
INSERT INTO notes (id, org_id, lead_id, content, created_by, search_vector, created_at, updated_at, deleted_at)
SELECT sample_id('note:' || x.i || ':' || x.j), x.org_id, x.id, t.body, CASE WHEN x.ij % 9 = 0 THEN NULL WHEN x.ij % 5 = 0 THEN x.second
  ELSE x.owner END, t.vector,
       to_timestamp(x.since), to_timestamp(x.since), coalesce(CASE WHEN x.lost THEN to_timestamp(x.at + x.span * (0.5 + 0.5 * x.share)) END,
         x.gone)
FROM (
  SELECT l.i, j, l.i::bigint * 64 + j AS ij, l.org_id, l.id, l.owner, l.second, l.at, l.span, l.gone, s.share,
    l.at + l.span * s.share AS since,
         j > 1 AND NOT l.planned AND sample_pick(l.i::bigint * 64 + j, 51, 1000) < 9 AS lost
  FROM sample_leads l, generate_series(1, l.notes) j, LATERAL (SELECT sample_share(l.i::bigint * 64 + j, 101)) s(share)
  OFFSET 0
) x JOIN sample_texts t ON t.kind = 'note' AND t.n = sample_pick(x.ij, 33, 320);

INSERT INTO tasks (id, org_id, lead_id, title, description, status, priority, due_date, assigned_to, is_recurring, recurrence_rule,
  created_at, updated_at, deleted_at)
SELECT sample_id('task:' || x.i || ':' || x.j), x.org_id, x.id, t.body || CASE WHEN x.ij % 3 = 0 THEN ': ' || x.company ELSE '' END, CASE
  WHEN x.ij % 4 = 0 THEN n.body END, x.status,
       (ARRAY['low', 'medium', 'medium', 'medium', 'high', 'high', 'urgent'])[1 + sample_pick(x.ij, 34, 7)],
       CASE WHEN x.ij % 8 > 0 THEN to_timestamp((x.since / 3600)::bigint * 3600 + 86400 * sample_pick(x.ij, 35, 40)) END,
       CASE WHEN x.ij % 7 = 0 THEN NULL WHEN x.ij % 5 = 0 THEN x.second ELSE x.owner END,
       x.ij % 41 = 0, CASE WHEN x.ij % 41 = 0 THEN '{"FREQ": "WEEKLY", "BYDAY": ["MO"], "INTERVAL": 2}'::jsonb END,
       to_timestamp(x.since), to_timestamp(CASE x.status WHEN 'completed' THEN x.at + x.span * (0.25 + 0.75 * x.share) ELSE x.since END),
       coalesce(CASE WHEN x.lost THEN to_timestamp(x.at + x.span * (0.5 + 0.5 * x.share)) END, x.gone)
FROM (
  SELECT l.i, j, l.i::bigint * 64 + j AS ij, l.org_id, l.id, l.owner, l.second, l.company, l.at, l.span, l.gone, s.share,
    l.at + l.span * s.share AS since,
         j > 1 AND NOT l.planned AND sample_pick(l.i::bigint * 64 + j, 52, 1000) < 9 AS lost,
         CASE WHEN j <= l.done THEN 'completed' WHEN l.rank >= 4 THEN 'cancelled' WHEN sample_pick(l.i::bigint * 64 + j, 36,
           3) = 0 THEN 'in_progress' ELSE 'pending' END AS status
  FROM sample_leads l, generate_series(1, l.tasks) j, LATERAL (SELECT sample_share(l.i::bigint * 64 + j, 102)) s(share)
  OFFSET 0
) x
JOIN sample_texts t ON t.kind = 'task' AND t.n = sample_pick(x.ij, 37, 16)
JOIN sample_texts n ON n.kind = 'note' AND n.n = sample_pick(x.ij, 38, 320);

INSERT INTO deals (id, org_id, lead_id, title, stage, value, probability, expected_close_date, created_at, updated_at, deleted_at)
SELECT sample_id('deal:' || i || ':1'), org_id, id, company || (ARRAY[' – licences', ' – rollout', ' – support plan', ' – pilot',
  ' – renewal'])[1 + sample_pick(i, 39, 5)],
       (ARRAY['lead', 'qualified', 'proposal', 'negotiation', 'closed_won', 'closed_lost'])[stage],
       round(400 + 40000 * (share * share * share)::numeric, CASE WHEN i % 3 = 0 THEN 2 ELSE -2 END), (ARRAY[10, 25, 50, 75, 100,
         0])[stage],
       CASE WHEN i % 12 > 0 THEN date '1970-01-01' + ((at + span * since) / 86400)::int + 20 + sample_pick(i, 43, 90) END,
       to_timestamp(at + span * since), to_timestamp(at + span * CASE WHEN stage > 1 THEN 0.5 + 0.5 * since ELSE since END), gone
FROM sample_leads, LATERAL (SELECT sample_share(i, 42), sample_share(i::bigint * 64 + 1, 103)) s(share, since)
WHERE deals = 1;

INSERT INTO attachments (id, org_id, entity_type, entity_id, filename, mime_type, file_size, storage_provider, storage_path, uploaded_by,
  created_at, deleted_at)
SELECT id, org_id, target, target_id, file, mime, size, CASE WHEN ij % 17 = 0 THEN 's3' ELSE 'supabase' END, slug || '/' || i || '/' || j
  || '-' || file, CASE WHEN ij % 6 > 0 THEN owner END, at, gone
FROM sample_files;

CREATE UNLOGGED TABLE sample_counts AS
SELECT lead_id, sum(n)::int AS notes, sum(t)::int AS tasks, sum(o)::int AS open
FROM (SELECT lead_id, 1 AS n, 0 AS t, 0 AS o FROM notes WHERE deleted_at IS NULL
      UNION ALL SELECT lead_id, 0, 1, (status NOT IN ('completed', 'cancelled'))::int FROM tasks WHERE deleted_at IS NULL) rows
GROUP BY lead_id;

-- part: activities-indexes after: activities
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL max_parallel_maintenance_workers = 0;
SELECT sample_give('index', 'activities'), sample_give('key', 'activities');
ANALYZE activities;

-- part: mail-indexes after: mail
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL max_parallel_maintenance_workers = 0;
SELECT sample_give('index', 'email%'), sample_give('key', 'email%');
ANALYZE email_threads, email_messages;

-- part: leads after: activities, mail, records
SET LOCAL jit = off;
TRUNCATE leads;
INSERT INTO leads (id, org_id, name, email, phone, company, status, sentiment, source, notes, notes_count, tasks_count, open_tasks_count,
  emails_count, last_activity_at,
  search_vector, created_at, updated_at, deleted_at)
SELECT x.id, x.org_id, x.name, x.email, CASE x.i % 5 WHEN 0 THEN NULL WHEN 1 THEN '+44 20 7946 ' || lpad((x.i % 10000)::text, 4, '0')
  WHEN 2 THEN '+49 30 ' || (1000000 + x.i)::text
         WHEN 3 THEN '(555) 01' || lpad((x.i % 100)::text, 2, '0') ELSE '+81-3-' || lpad((x.i % 10000)::text, 4, '0') || '-0100' END,
       x.firm, (ARRAY['new', 'contacted', 'replied', 'meeting_scheduled', 'closed', 'lost'])[x.rank + 1],
       CASE WHEN x.rank = 5 THEN 'negative' WHEN sample_pick(x.i, 46, 10) < 3 THEN 'positive' WHEN sample_pick(x.i, 46,
         10) = 3 THEN 'negative' ELSE 'neutral' END,
       (ARRAY['{website}', '{website,newsletter}', '{referral}', '{referral,event}', '{linkedin}', '{"trade fair"}', '{import}',
         '{cold-call}', '{partner,"très spécial"}', '{}'])[1 + sample_pick(x.i, 47, 10)]::text[],
       x.remark, coalesce(c.notes, 0), coalesce(c.tasks, 0), coalesce(c.open, 0), coalesce(e.n, 0), a.at,
       setweight(to_tsvector('simple', x.name), 'A') || setweight(to_tsvector('simple', address_words(x.email)), 'A')
         || setweight(to_tsvector('simple', coalesce(x.firm, '')), 'B')
         || setweight(to_tsvector('english', coalesce(x.remark, '')), 'C') || setweight(to_tsvector('english', x.name || ' '
           || coalesce(x.firm, '')), 'D'),
       to_timestamp(x.at), to_timestamp(x.at + x.span * 0.8), x.gone
FROM (
  SELECT l.*, CASE WHEN l.i % 16 > 0 THEN l.mail END AS email, CASE WHEN l.i % 13 > 0 THEN l.company END AS firm, t.body AS remark
  FROM sample_leads l LEFT JOIN sample_texts t ON t.kind = 'remark' AND l.i % 3 = 0 AND t.n = sample_pick(l.i, 48, 10)
  OFFSET 0
) x
LEFT JOIN sample_counts c ON c.lead_id = x.id
LEFT JOIN sample_last a ON a.lead_id = x.id
LEFT JOIN (SELECT lead_id, sum(n)::int AS n FROM sample_threads WHERE lead_id IS NOT NULL
  AND gone IS NULL GROUP BY lead_id) e ON e.lead_id = x.id;
SET LOCAL maintenance_work_mem = '128MB';
SET LOCAL max_parallel_maintenance_workers = 0;
SELECT sample_give('index', 'leads'), sample_give('key', 'leads');
ANALYZE leads;

-- part: records-indexes after: records
SET LOCAL maintenance_work_mem = '128MB';
SET LOCAL max_parallel_maintenance_workers = 0;
SELECT sample_give(step, relation) FROM (VALUES ('index', 'notes'), ('key', 'notes'), ('index', 'tasks'), ('key', 'tasks'), ('index',
  'deals'), ('key', 'deals'), ('index', 'attachments'), ('key', 'attachments')) v(step, relation);
ANALYZE notes, tasks, deals, attachments, organizations, users, user_orgs;

-- part: links after: activities-indexes, mail-indexes, records-indexes, leads
SELECT sample_give('link', '%', ' NOT VALID');

-- part: proof-activities after: links
SET LOCAL jit = off;
SELECT sample_prove('activities');

-- part: proof-mail after: links
SET LOCAL jit = off;
SELECT sample_prove('email_messages'), sample_prove('email_threads');

-- part: proof-records after: links
SET LOCAL jit = off;
SELECT sample_prove('leads'), sample_prove('notes'), sample_prove('tasks'), sample_prove('deals'), sample_prove('attachments');

-- part: plants-imports after: links
-- Tables that came with an import and were never looked after.
SET LOCAL jit = off;
CREATE TABLE import_batches (
  id integer PRIMARY KEY,
  org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  source text NOT NULL,
  started_at timestamptz NOT NULL
);
CREATE INDEX idx_import_batches_org_id ON import_batches (org_id);
INSERT INTO import_batches SELECT b, o.id, 'leads-' || b || '.csv', to_timestamp(p.anchor - 86400 * 10 * b) FROM sample_plan p,
  generate_series(1, 12) b JOIN sample_orgs o ON o.o = 1 + b % 6;
-- planted: fk-no-index import_rows
-- batch_id has no index: deleting a batch reads the whole table.
-- planted: bloat-table import_rows
-- planted: bloat-index import_rows_pkey
-- Three of five rows were deleted, evenly spread, so no page became empty and the files kept their size.
CREATE TABLE import_rows (
  id bigint PRIMARY KEY,
  batch_id integer NOT NULL,
  line integer NOT NULL,
  raw text NOT NULL
);
INSERT INTO import_rows
SELECT n, 1 + n % 12, n / 12, 'row ' || n || ';' || md5('raw' || n) || ';imported and kept as it was, until somebody cleans up;' || n % 97
  FROM sample_plan p, generate_series(1, greatest(60000, 2 * p.rows)) n;
DELETE FROM import_rows WHERE id % 5 < 3;
ALTER TABLE import_rows ADD FOREIGN KEY (batch_id) REFERENCES import_batches (id) ON DELETE CASCADE;
ALTER TABLE import_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_batches_read ON import_batches FOR SELECT TO authenticated USING (org_id IN (SELECT my_org_ids()));
CREATE POLICY import_rows_read ON import_rows FOR SELECT TO authenticated USING (EXISTS (SELECT FROM import_batches b
  WHERE b.id = batch_id));

ANALYZE import_batches, import_rows;

-- part: stats after: links
SET LOCAL jit = off;
REFRESH MATERIALIZED VIEW lead_stats;
REFRESH MATERIALIZED VIEW task_stats;
REFRESH MATERIALIZED VIEW deal_stats;
ANALYZE lead_stats, task_stats, deal_stats;

-- part: plants after: stats, proof-activities, proof-mail, proof-records
-- Findings are in the parts whose names begin with plants: without them the database passes every check, and has seven leads less.
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
-- What the plants write has to be found by the search like everything else; nothing else may answer to them.
ALTER TABLE leads ENABLE TRIGGER leads_search_update;
ALTER TABLE notes ENABLE TRIGGER notes_search_update;
ALTER TABLE email_messages ENABLE TRIGGER email_messages_search_update;

-- planted: mv-stale lead_stats
-- Seven leads came in after the view was refreshed.
INSERT INTO leads (id, org_id, name, email, company, status, source, last_activity_at, created_at, updated_at)
SELECT sample_id('lead:late:' || late), o.id, p.name, p.mail || '.late@' || f.domain, f.name, 'new', '{website}', w.at, w.at, w.at
FROM sample_orgs o, sample_plan, generate_series(1, 7) late, sample_people p, sample_firms f,
  LATERAL (SELECT to_timestamp(anchor - 4000 + 500 * late)) w(at)
WHERE o.o = 1 AND p.n = 31 * late AND f.n = 17 * late;
INSERT INTO activities (id, org_id, activity_type, entity_type, entity_id, lead_id, description, metadata, created_at)
SELECT sample_id('activity:late:' || l.id), l.org_id, 'lead_created', 'lead', l.id, l.id, 'Lead created: ' || l.name,
  '{"session_user": "web_form"}', l.created_at
FROM leads l WHERE l.id IN (SELECT sample_id('lead:late:' || n) FROM generate_series(1, 7) n);

-- planted: - notes
-- Two notes of one lead went before it, a day and a minute earlier: other deletions, although of the same lead.
UPDATE notes n SET deleted_at = l.gone - v.before FROM sample_leads l, (VALUES (2, interval '86400 seconds'), (3,
  interval '60.000001 seconds')) v(j, before)
WHERE l.o = 1 AND l.r = 11 AND n.id = sample_id('note:' || l.i || ':' || v.j);
UPDATE activities a SET created_at = n.deleted_at,
  changes = jsonb_build_object('old', '{"deleted_at": null}'::jsonb, 'new', jsonb_build_object('deleted_at',
    (to_json(n.deleted_at AT TIME ZONE 'UTC') #>> '{}') || '+00:00'))
FROM sample_leads l, generate_series(2, 3) j, notes n
WHERE l.o = 1 AND l.r = 11 AND n.id = sample_id('note:' || l.i || ':' || j) AND a.id = sample_id('activity:gone:' || n.id);

-- planted: sd-unique-partial-conflict email_threads
-- planted: sd-unique-partial-conflict email_messages
-- A deleted thread was imported again, first message included, so neither of the old rows can come back.
INSERT INTO email_threads (id, org_id, thread_id, provider, subject, snippet, participants, labels, last_message_at, created_at, updated_at)
SELECT sample_id('email_thread:again'), t.org_id, t.thread_id, t.provider, t.subject, t.snippet, '{sync@letters.example}', t.labels,
  m.sent_at, t.deleted_at + interval '20 hours', t.deleted_at + interval '20 hours'
FROM sample_leads l JOIN email_threads t ON t.id = sample_id('email_thread:' || l.i || ':1')
  JOIN email_messages m ON m.id = sample_id('email:' || l.i || ':1:1')
WHERE l.o = 1 AND l.r = 12;
INSERT INTO email_messages (id, org_id, thread_id, message_id, from_email, from_name, to_emails, subject, body_text, is_from_me, sentiment,
  sent_at, received_at, created_at)
SELECT sample_id('email:again'), m.org_id, sample_id('email_thread:again'), m.message_id, m.from_email, m.from_name, m.to_emails, m.subject,
  m.body_text, m.is_from_me, m.sentiment, m.sent_at, m.received_at,
       l.gone + interval '20 hours'
FROM sample_leads l JOIN email_messages m ON m.id = sample_id('email:' || l.i || ':1:1') WHERE l.o = 1 AND l.r = 12;

-- planted: sd-orphan-live tasks
-- Somebody put one task back by hand and left its lead in the trash.
UPDATE tasks t SET deleted_at = NULL, status = 'pending' FROM sample_leads l WHERE l.o = 2 AND l.r = 2 AND t.id = sample_id('task:' || l.i
  || ':1');
UPDATE leads d SET tasks_count = 1, open_tasks_count = 1, last_activity_at = l.gone + interval '200 hours' FROM sample_leads l
  WHERE l.o = 2 AND l.r = 2 AND d.id = l.id;
INSERT INTO activities (id, org_id, activity_type, entity_type, entity_id, lead_id, description, metadata, changes, created_at)
SELECT sample_id('activity:orphan'), l.org_id, 'task_updated', 'task', sample_id('task:' || l.i || ':1'), l.id, 'Task restored',
  '{"session_user": "postgres"}',
       jsonb_build_object('old', jsonb_build_object('deleted_at', (to_json(l.gone AT TIME ZONE 'UTC') #>> '{}') || '+00:00'), 'new',
         '{"deleted_at": null}'::jsonb), l.gone + interval '200 hours'
FROM sample_leads l WHERE l.o = 2 AND l.r = 2;

-- planted: cnt-drift leads
-- Five counters that no longer tell what is there: too high, too low, zero, negative, all of them wrong.
UPDATE leads d SET notes_count = d.notes_count + 3 FROM sample_leads l WHERE l.o = 1 AND l.r = 14 AND d.id = l.id;
UPDATE leads d SET tasks_count = d.tasks_count - 1 FROM sample_leads l WHERE l.o = 1 AND l.r = 15 AND d.id = l.id;
UPDATE leads d SET notes_count = 0 FROM sample_leads l WHERE l.o = 1 AND l.r = 16 AND d.id = l.id;
UPDATE leads d SET emails_count = -2 FROM sample_leads l WHERE l.o = 2 AND l.r = 3 AND d.id = l.id;
UPDATE leads d SET notes_count = d.notes_count + 7, tasks_count = d.tasks_count + 7, open_tasks_count = d.open_tasks_count + 7,
  emails_count = d.emails_count + 7
FROM sample_leads l WHERE l.o = 3 AND l.r = 2 AND d.id = l.id;

-- planted: - leads
-- Strings that attack a terminal, a spreadsheet, an SQL text or the layout, all of them in one tenant, qa-lab.
UPDATE leads d SET name = h.name, company = h.company, phone = h.phone, notes = h.notes, email = h.email, source = coalesce(h.source,
  d.source)
FROM sample_leads l JOIN (VALUES
  (1, E'\x1b[31mRed Alert\x1b[0m', E'\x1b]52;c;cm0gLXJmIC8=\x07', E'+1 555\r\b\b\b0100', E'\x1b]0;new title\x07\x1b[2J\x1b[H',
    'escape@qa.example', ARRAY[E'\x1b[5mblink']),
  (2, E'\u202Egpj.exe\u202C', E'\u2066isolated\u2069 \u2067rtl\u2069', E'\u200B555\uFEFF', E'zero\u200Bwidth\u200D and \u00AD soft',
    'bidi@qa.example', NULL),
  (3, E'\u009b31mC1 red', '', NULL, E'\u0090 DCS \u009c \u0085 NEL \u007f DEL', 'c1@qa.example', NULL),
  (4, repeat('long name ', 30), ' ', repeat('0', 60), repeat('0123456789 abcdefghi ', 490), repeat('x', 64) || '@' || repeat('long.', 40)
    || 'example', NULL),
  (5, E'Line one\nLine two\tTabbed', E'Trailing space   ', E'\t', E'a\r\nb\u2028c\u2029d\x0be\x0cf', 'lines@qa.example', NULL),
  (6, 'Z' || repeat(E'\u0300\u0335\u0489', 15) || 'algo',
    E'\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 Family \U0001F1E9\U0001F1EA \U0001F3F4\U000E0067\U000E007F', NULL,
   E'\uFF37\uFF49\uFF44\uFF45 e\u0301 = \u00E9, \uAC00 = \u1100\u1161', 'o''brien+crm%odd@sub.xn--80ak6aa92e.xn--p1ai', NULL),
  (7, '=cmd|''/C calc''!A0', '@SUM(1+1)*cmd|''/C calc''!A0', '+1+1', '-2+3', 'formula@qa.example', ARRAY['=1+1', '+x', '-x', '@x']),
  (8, 'Robert''); DROP TABLE leads;--', '"leads"."id" $$ $1 :p %s {0}', 'NULL', E'\\x00 \\'' \\n %00 ${HOME} `id` $(id)',
    'drop-table@qa.example', ARRAY['', 'a,b', 'q"uote', NULL, E'back\\slash', '{}', 'NULL']),
  (9, '', NULL, NULL, NULL, NULL, '{}')
) h(r, name, company, phone, notes, email, source) ON h.r = l.r
WHERE l.o = 17 AND d.id = l.id;
-- planted: - notes
-- Markup, an empty text, a blank one, 10 kB without a single space.
UPDATE notes n SET content = h.content
FROM sample_leads l JOIN (VALUES (1, 1, '<script>alert(1)</script><img src=x onerror=alert(2)>'), (2, 1, ''), (3, 1, E' \u00A0\u3000 '), (4,
  1, repeat('W', 10240)),
  (5, 1, E'\x1b[?1049h\x1b[8mhidden\x1b[28m\x1b[6n'), (6, 1, repeat(E'\U0001F468\u200D\U0001F469\u200D\U0001F467', 50))) h(r, j,
    content) ON h.r = l.r
WHERE l.o = 17 AND n.id = sample_id('note:' || l.i || ':' || h.j);
-- planted: - tasks
-- The same for titles; one task has nothing but what it must have.
UPDATE tasks t SET title = h.title
FROM sample_leads l JOIN (VALUES (1, E'Ring\x07 the \u202Elleb\u202C'), (2, ''), (7, '=HYPERLINK("http://qa.example","click")'), (8,
  'SELECT * FROM tasks -- '' OR 1=1')) h(r, title) ON h.r = l.r
WHERE l.o = 17 AND t.id = sample_id('task:' || l.i || ':1');
INSERT INTO tasks (id, org_id, title, created_at, updated_at) SELECT sample_id('task:bare'), id, 'x', created_at, created_at
  FROM sample_orgs WHERE o = 17;
-- planted: - activities
-- Hostile keys and values inside JSON, sixty levels of nesting, and a row with NULL wherever NULL may stand.
UPDATE activities a SET description = E'\x1b[1A\x1b[2K' || a.description, metadata = jsonb_build_object('nested', (repeat('[', 60)
  || repeat(']', 60))::jsonb, E'\x1b[31mkey', E'\u202Evalue', '', NULL, 'n', 1e300, 'html', '<b>'),
  changes = jsonb_build_object('old', jsonb_build_object('name', E'before\x07\r\nafter'), 'new', jsonb_build_object('name',
    E'\x1b[31mRed Alert\x1b[0m', 'notes', repeat('0123456789', 1024)))
FROM sample_leads l WHERE l.o = 17 AND l.r = 1 AND a.id = sample_id('activity:' || l.i || ':1');
INSERT INTO activities (id, org_id, activity_type, description, created_at) SELECT sample_id('activity:bare'), id, 'integration_error', '',
  created_at FROM sample_orgs WHERE o = 17;
-- planted: - email_messages
-- A sender who is not who he seems, and a file name that leaves its directory.
UPDATE email_messages SET subject = E'Re: \u202Etnemyap\u202C \x1b]8;;http://qa.example\x1b\\link\x1b]8;;\x1b\\',
  from_name = E'"support@bank.example" \u2066<x>\u2069', body_html = '<iframe src="javascript:alert(1)">'
WHERE id = (SELECT min(m.id::text)::uuid FROM email_messages m JOIN sample_orgs o ON o.id = m.org_id WHERE o.o = 17
  AND m.deleted_at IS NULL);
UPDATE attachments SET filename = E'../../etc/pass\nwd\u202Efdp.exe'
WHERE id = (SELECT min(a.id::text)::uuid FROM attachments a JOIN sample_orgs o ON o.id = a.org_id WHERE o.o = 17 AND a.deleted_at IS NULL);

-- planted: idx-dup idx_deals_stage_again
-- Two people solved the same slow list.
CREATE INDEX idx_deals_stage_again ON deals (stage) WHERE deleted_at IS NULL;
-- planted: - idx_attachments_mime_type
-- Made for a report that nobody runs. That shows only once the counters have run for thirty days, and these are minutes old.
CREATE INDEX idx_attachments_mime_type ON attachments (mime_type, file_size);

REFRESH MATERIALIZED VIEW task_stats;
REFRESH MATERIALIZED VIEW deal_stats;
ANALYZE task_stats, deal_stats;

-- part: close after: plants, plants-imports
SELECT sample_give('trigger');
DROP FUNCTION sample_take, sample_give, sample_prove, sample_pick, sample_share, sample_id;
DROP TABLE sample_plan, sample_ddl, sample_orgs, sample_people, sample_firms, sample_staff, sample_texts, sample_gone, sample_leads,
  sample_files, sample_events, sample_last, sample_threads, sample_counts;

-- part: vacuum-activities after: close outside-transaction
VACUUM (ANALYZE) activities;
VACUUM (ANALYZE) leads;

-- part: vacuum-mail after: close outside-transaction
VACUUM (ANALYZE) email_messages;
VACUUM (ANALYZE) email_threads;
VACUUM (ANALYZE) notes;
VACUUM (ANALYZE) tasks;
VACUUM (ANALYZE) deals;
VACUUM (ANALYZE) attachments;

-- part: plants-vacuum after: close outside-transaction
VACUUM (ANALYZE) import_rows;
