-- Sample data of the civic system: the polls of a town. The setting pgdeck.rows is about the number of votes: 50000 unless set,
-- 2000 at least. Every moment hangs on the midnight (UTC) before the load, because votes stand in months and open polls have to be
-- open; every id hangs on an ordinal, so two loads of one size on one day hold the same rows.
-- The part lines are for the installer: a part may start when those it names are done, and is a transaction of its own. Run from
-- top to bottom, in one transaction (without the parts marked outside-transaction) or in none, the file does the same.
-- "planted:" names the check that has to find what follows, and where; a dash stands for what no check reports.

-- part: open
DO $$
BEGIN
  IF EXISTS (SELECT FROM user_profiles_v2) OR EXISTS (SELECT FROM polls_v2) OR EXISTS (SELECT FROM votes_v2) THEN
    RAISE EXCEPTION 'sample data goes into empty tables only' USING ERRCODE = '55000';
  END IF;
END $$;

CREATE FUNCTION sample_share(key bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
AS 'SELECT (hashint8extended(key, salt) & 1073741823) / 1073741824.0::float8';
CREATE FUNCTION sample_pick(key bigint, salt bigint, choices int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT ((hashint8extended(key, salt) & 2147483647) % choices)::int';

-- The number of voters is a prime: stepping through them, a poll meets each of them once.
CREATE TABLE sample_plan AS
SELECT
  r.rows,
  greatest(24, r.rows / 250) AS polls,
  (
    SELECT n
    FROM generate_series(greatest(240, r.rows / 25), greatest(240, r.rows / 25) + 300) n
    WHERE NOT EXISTS (SELECT FROM generate_series(2, sqrt(n)::int) d WHERE n % d = 0)
    ORDER BY n
    LIMIT 1
  ) AS voters,
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS today,
  -- How far back polls reach: a year, and a quarter in a small sample, because each month costs as many indexes as the next.
  greatest(100, least(355, r.rows / 100)) AS days
FROM (SELECT greatest(2000, coalesce(nullif(current_setting('pgdeck.rows', true), ''), '50000')::int) AS rows) r;

-- What is taken away for the load, with the statement that brings it back: totals are computed, and keys checked, all at once.
CREATE TABLE sample_ddl (step text NOT NULL, relation text NOT NULL, name text NOT NULL, gone text NOT NULL, back text NOT NULL);
INSERT INTO sample_ddl
WITH mine AS (
  SELECT c.oid, c.relname
  FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'sample\_%'
    AND c.relnamespace = (SELECT v.relnamespace FROM pg_class v WHERE v.oid = 'votes_v2'::regclass)
)
SELECT 'trigger', m.relname, t.tgname, format('ALTER TABLE %I DISABLE TRIGGER %I', m.relname, t.tgname),
  format('ALTER TABLE %I ENABLE TRIGGER %I', m.relname, t.tgname)
FROM mine m
JOIN pg_trigger t ON t.tgrelid = m.oid
WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND m.relname <> 'audit_logs'
UNION ALL
SELECT 'link', m.relname, k.conname, format('ALTER TABLE %I DROP CONSTRAINT %I', m.relname, k.conname),
  format('ALTER TABLE %I ADD CONSTRAINT %I %s', m.relname, k.conname, pg_get_constraintdef(k.oid))
FROM mine m
JOIN pg_constraint k ON k.conrelid = m.oid
WHERE k.contype = 'f' AND m.relname IN ('votes_v2', 'poll_tallies', 'audit_logs')
UNION ALL
SELECT 'index', m.relname, i.relname, format('DROP INDEX %I', i.relname), replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ')
FROM mine m
JOIN pg_index x ON x.indrelid = m.oid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE m.relname IN ('votes_v2', 'audit_logs') AND NOT x.indisprimary;

CREATE FUNCTION sample_take(which text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT gone FROM sample_ddl WHERE step = which ORDER BY relation, name LOOP EXECUTE d.gone; END LOOP;
END $$;
CREATE FUNCTION sample_give(which text, whose text DEFAULT '%') RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT back FROM sample_ddl WHERE step = which AND relation LIKE whose ORDER BY relation, name LOOP EXECUTE d.back; END LOOP;
END $$;
SELECT sample_take('trigger'), sample_take('link'), sample_take('index');
SELECT create_vote_partition((m.month AT TIME ZONE 'UTC')::date)
FROM sample_plan p
CROSS JOIN LATERAL generate_series(
  date_trunc('month', (p.today - make_interval(days => p.days + 5)) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', p.today, interval '1 month'
) m (month);

-- part: people after: open
SET LOCAL jit = off;
CREATE TABLE sample_people AS
WITH firsts AS (
  SELECT ARRAY[
    'Agnes', 'Bruno', 'Carmen', 'Dilan', 'Elif', 'Farid', 'Greta', 'Hugo', 'Imani', 'Jonas', 'Kaya', 'Leonor', 'Milan', 'Nuria', 'Otto',
    'Paloma', 'Quentin', 'Rania', 'Stefan', 'Tuuli', 'Uma', 'Viktor', 'Wanda', 'Xenia', 'Yara', 'Zeno'
  ] AS names
),
lasts AS (
  SELECT ARRAY[
    'Abel', 'Brandt', 'Castillo', 'Dvořák', 'Eriksen', 'Fischer', 'Guerra', 'Hoang', 'Iversen', 'Jansen', 'Kaplan', 'Lefèvre', 'Moretti',
    'Nyström', 'O''Shea', 'Petrov', 'Quiroga', 'Rahman', 'Sato', 'Tanaka', 'Unger', 'Vasquez', 'Wójcik', 'Yıldız', 'Zhou'
  ] AS names
)
SELECT
  n,
  md5('civic user ' || n)::uuid AS user_id,
  md5('civic profile ' || n)::uuid AS id,
  f.names[1 + n % 26] || ' ' || l.names[1 + (n / 26 + n) % 25] AS name,
  lower(left(f.names[1 + n % 26], 1)) || '.' || translate(lower(l.names[1 + (n / 26 + n) % 25]), 'ořèöóıé''', 'oreooie') || n AS username,
  (ARRAY['Old Town', 'Northgate', 'Harbour', 'Mill Lane', 'Eastfield', 'Station Quarter', 'Hillside', 'Riverside'])[1 + sample_pick(n, 1, 8)] AS district,
  -- Nobody votes on the day of joining: all who vote joined before the oldest poll.
  p.today - interval '400 days' - sample_share(n, 2) * interval '700 days' AS joined_at,
  sample_share(n, 3) AS trust,
  n % 97 = 13 AS is_removed
FROM sample_plan p
CROSS JOIN generate_series(0, p.voters - 1) n
CROSS JOIN firsts f
CROSS JOIN lasts l;
ALTER TABLE sample_people ADD PRIMARY KEY (n);

-- part: polls after: open
SET LOCAL jit = off;
CREATE TABLE sample_topics AS
SELECT *, row_number() OVER () - 1 AS t
FROM (VALUES
  ('What should the spare half million go to?', 'The budget closes with more than was planned. One purpose gets it.', 'single', 'Budget', 'budget',
    ARRAY['School roofs', 'Swimming pool', 'Road repairs', 'Paying back debt']),
  ('Where is the next cycle lane needed most?', 'The council pays for one lane this year and plans two more.', 'single', 'Transport', 'cycling',
    ARRAY['Station Road', 'Bridge Street', 'Mill Lane', 'Ring road', 'Market Square']),
  ('Which school meals do you want?', 'Choose every kitchen your children would eat from.', 'multiple', 'Schools', 'schoolmeals',
    ARRAY['Vegetarian daily', 'Regional menu', 'Halal option', 'Cold buffet', 'Soup and bread']),
  ('Longer hours for the library?', 'Two more staff can open the library when nobody can today.', 'single', 'Culture', 'library',
    ARRAY['Sunday afternoon', 'Every evening until ten', 'As it is now']),
  ('Rank the plans for Market Square', 'Put all plans in your order; the first one counts most.', 'ranked', 'Planning', 'marketsquare',
    ARRAY['Trees and benches', 'Open-air stage', 'Car park below', 'Weekly market hall']),
  ('Speed limit of 30 in the whole town?', 'The state lets towns decide from next year on.', 'single', 'Transport', 'speedlimit', ARRAY['Yes', 'No', 'Only near schools']),
  ('Which playgrounds come first?', 'Three of them can be renewed before the summer.', 'approval', 'Families', 'playgrounds',
    ARRAY['Harbour park', 'Eastfield', 'Hillside meadow', 'Old cemetery garden', 'Northgate school']),
  ('A ban on fireworks in the old town?', 'Thatched roofs, narrow lanes, one fire last year.', 'single', 'Safety', 'fireworks', ARRAY['Ban them', 'Allow them', 'One place for all']),
  ('How should the bins be emptied?', 'The contract ends; this is the time to change it.', 'single', 'Environment', 'waste',
    ARRAY['Weekly, smaller bins', 'Every two weeks', 'Pay by weight']),
  ('Rank what the new bus line has to reach', 'The line has four stops more than the old one.', 'ranked', 'Transport', 'buses',
    ARRAY['Hospital', 'Industrial park', 'Swimming pool', 'Secondary school']),
  ('What belongs on the roof of the town hall?', 'It has to be redone anyway.', 'single', 'Environment', 'solar', ARRAY['Solar panels', 'A garden', 'Beehives', 'Tiles, as always']),
  ('Which festivals should the town support?', 'Tick every one that deserves money.', 'multiple', 'Culture', 'festivals',
    ARRAY['Spring fair', 'Jazz nights', 'Harbour days', 'Christmas market', 'Street theatre']),
  ('Dogs off the lead in Hillside meadow?', 'A fenced part is possible too.', 'single', 'Parks', 'dogs', ARRAY['Yes', 'No', 'In a fenced part']),
  ('Free swimming for children?', 'It costs about as much as one lifeguard and a half.', 'single', 'Families', 'swimming', ARRAY['Always', 'In the holidays', 'No']),
  ('What should the old fire station become?', 'It stands empty since the brigade moved.', 'approval', 'Planning', 'firestation',
    ARRAY['Youth centre', 'Flats', 'Brewery', 'Museum', 'Start-up offices']),
  ('Should the weekly market move to Friday?', 'The traders are split, so we ask the buyers.', 'single', 'Economy', 'market', ARRAY['Friday', 'Stay on Tuesday', 'Both days']),
  ('Rank the measures against summer heat', 'Money is there for the first two.', 'ranked', 'Environment', 'climate',
    ARRAY['Drinking fountains', 'Shade sails', 'More trees', 'White roofs', 'Cool rooms']),
  ('Night trains of noise: how shall we protest?', 'Freight trains pass between one and four.', 'single', 'Transport', 'noise', ARRAY['A court case', 'A barrier', 'Talks first', 'Not at all']),
  ('Which street names should honour women?', 'Six new streets in Eastfield have no names yet.', 'multiple', 'Culture', 'streetnames',
    ARRAY['Ada Lovelace', 'Rosa Parks', 'Maria Montessori', 'Wangari Maathai', 'Lise Meitner']),
  ('More police on foot at night?', 'Two patrols more, paid from the parking fees.', 'single', 'Safety', 'police', ARRAY['Yes', 'No', 'Street workers instead']),
  ('Parking in Old Town: what is fair?', 'Residents pay 30 a year, visitors 2 an hour.', 'single', 'Transport', 'parking', ARRAY['Dearer for all', 'Dearer for visitors', 'As it is', 'Free']),
  ('Which sports need a hall of their own?', 'Approve all you could live with.', 'approval', 'Sports', 'sports', ARRAY['Climbing', 'Handball', 'Gymnastics', 'Table tennis', 'Judo']),
  ('A twin town in Africa?', 'Three towns have answered our letter.', 'single', 'Culture', 'twintown', ARRAY['Yes, Kisumu', 'Yes, Thiès', 'Yes, Moshi', 'No twin town']),
  ('What is broken in your street?', 'Tick everything you pass every day.', 'multiple', 'Repairs', 'repairs', ARRAY['Pavement', 'Lamps', 'Drains', 'Road surface', 'Benches', 'Nothing'])
) v (title, description, method, category, hashtag, options);

CREATE TABLE sample_polls AS
WITH placed AS (
  SELECT
    i,
    p.*,
    t.title || CASE
      WHEN i <= 24 THEN ''
      ELSE ' – ' || (ARRAY['Northgate', 'Harbour', 'Mill Lane', 'Eastfield', 'Station Quarter', 'Hillside', 'Riverside', 'Old Town'])[1 + (i / 24 - 1) % 8]
        || CASE WHEN i > 216 THEN ', round ' || (i / 24 - 1) / 8 + 1 ELSE '' END
    END AS title,
    t.description,
    t.method,
    t.category,
    t.hashtag,
    t.t,
    t.options,
    -- Age in days: the newest polls are three days old.
    3 + floor((p.days - 3.0) * (i - 1) / (p.polls - 1))::int AS age
  FROM sample_plan p
  CROSS JOIN generate_series(1, p.polls) i
  JOIN sample_topics t ON t.t = (i * 7) % 24
),
dated AS (
  SELECT
    d.*,
    d.today - make_interval(days => d.age, hours => -6) AS start_time,
    CASE
      WHEN d.i % 12 = 5 AND d.i < 72 THEN 'draft'
      WHEN d.age <= d.days / 6 OR d.i % 9 = 1 THEN CASE WHEN d.i % 12 = 11 THEN 'paused' ELSE 'active' END
      WHEN d.age > d.days / 2 AND d.i % 3 = 0 THEN 'archived'
      ELSE 'closed'
    END AS status
  FROM placed d
)
SELECT
  d.i,
  md5('civic poll ' || d.i)::uuid AS id,
  d.title,
  d.description,
  d.method,
  d.category,
  d.hashtag,
  d.t,
  cardinality(d.options) AS choices,
  d.options AS labels,
  -- Every third poll keeps its options as ids with labels.
  CASE
    WHEN d.i % 3 = 0 THEN ARRAY(SELECT lower(regexp_replace(o.label, '[^[:alnum:]]+', '-', 'g')) FROM unnest(d.options) o (label))
    ELSE d.options
  END AS ids,
  d.status,
  CASE WHEN d.i % 8 = 3 THEN CASE WHEN d.i % 16 = 3 THEN 'high-privacy' ELSE 'private' END ELSE 'public' END AS privacy,
  (d.i * 37) % least(d.voters, 60) AS creator,
  CASE WHEN d.status = 'draft' THEN d.today + make_interval(days => 20 + d.i % 40, hours => 6) ELSE d.start_time END AS start_time,
  CASE
    WHEN d.status = 'draft' THEN d.today + interval '400 days'
    WHEN d.status IN ('active', 'paused') THEN d.today + interval '365 days 18 hours'
    ELSE d.start_time + make_interval(days => least(7 + 7 * (d.i % 5), d.age - 2), hours => 12)
  END AS end_time,
  CASE WHEN d.i % 13 = 8 AND d.status IN ('closed', 'archived') THEN d.today - make_interval(days => d.age / 20, hours => d.i % 9) - interval '3.141593 seconds' END AS removed_at,
  -- How many vote: few polls are popular, and nobody votes in a draft.
  CASE WHEN d.status = 'draft' THEN 0 ELSE 1 / power(1 + sample_pick(d.i, 5, d.polls), 0.55) END AS weight,
  d.today,
  d.voters,
  d.rows
FROM dated d;
ALTER TABLE sample_polls ADD COLUMN votes int;
UPDATE sample_polls s
SET votes = least(s.voters * 0.9, round(s.rows * s.weight / w.weight))
FROM (SELECT sum(weight) AS weight FROM sample_polls) w;

-- part: ballots after: people, polls
CREATE TABLE sample_ballots (
  i int NOT NULL,
  poll_id uuid NOT NULL,
  method text NOT NULL,
  n int NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  chosen text[] NOT NULL,
  removed_at timestamptz
);
CREATE FUNCTION sample_vote(share int) RETURNS void LANGUAGE sql AS $$
INSERT INTO sample_ballots
SELECT
  s.i,
  s.id AS poll_id,
  s.method,
  v.n,
  md5('civic vote ' || s.i || ' ' || v.n)::uuid AS id,
  m.at,
  CASE s.method
    WHEN 'single' THEN s.ids[c.first:c.first]
    WHEN 'ranked' THEN s.ids[c.first:] || s.ids[:c.first - 1]
    ELSE s.ids[least(c.first, c.last):greatest(c.first, c.last)]
  END AS chosen,
  coalesce(
    s.removed_at,
    CASE WHEN sample_pick(s.i * 100003 + v.n, 9, 400) = 7 AND m.at < s.today - interval '2 days' THEN m.at + interval '7 hours 7 seconds' END
  ) AS removed_at
FROM sample_polls s
CROSS JOIN LATERAL (
  SELECT (s.i * 31 + j * (1 + sample_pick(s.i, 6, s.voters - 1))::bigint) % s.voters AS n FROM generate_series(1, s.votes) j
) v
CROSS JOIN LATERAL (
  SELECT power(sample_share(s.i * 100003 + v.n, 7), 1.25) * (extract(epoch FROM least(s.end_time, s.today) - s.start_time) / 86400 - 0.75) AS day
) w
-- Between seven in the morning and eleven at night, more in the first days of a poll than in the last.
CROSS JOIN LATERAL (
  SELECT date_trunc('second', s.start_time + floor(w.day) * interval '1 day' + (1 + 16 * (w.day - floor(w.day))) * interval '1 hour') AS at
) m
CROSS JOIN LATERAL (
  SELECT
    1 + (floor(s.choices * power(sample_share(s.i * 100003 + v.n, 8), 1.6))::int + s.i) % s.choices AS first,
    1 + sample_pick(s.i * 100003 + v.n, 10, s.choices) AS last
) c
WHERE s.i % 2 = share;
$$;

-- part: ballots-even after: ballots
SET LOCAL jit = off;
SELECT sample_vote(0);

-- part: ballots-odd after: ballots
SET LOCAL jit = off;
SELECT sample_vote(1);

-- part: votes after: ballots-even, ballots-odd
SET LOCAL jit = off;
INSERT INTO votes_v2 (
  id, poll_id, user_id, selected_options, vote_confidence, created_at, updated_at, ip_address, user_agent, session_id, device_fingerprint,
  time_spent_seconds, page_views, is_verified, verification_method, trust_score_at_vote, is_active, removed_at
)
SELECT
  b.id,
  b.poll_id,
  u.user_id,
  to_jsonb(b.chosen),
  round((0.5 + 0.5 * sample_share(b.n, b.i))::numeric, 2),
  b.at,
  coalesce(b.removed_at, b.at),
  '10.16.0.0'::inet + b.n / 2,
  (ARRAY['Firefox on Linux', 'Safari on iPhone', 'Chrome on Android', 'Edge on Windows', 'Chrome on macOS', 'Firefox on Android'])[1 + b.n % 6],
  md5('civic session ' || b.n || ' ' || b.i)::uuid,
  md5('civic device ' || b.n),
  5 + sample_pick(b.n, b.i, 300),
  1 + b.n % 4,
  u.trust > 0.8,
  CASE WHEN u.trust > 0.8 THEN 'id card' END,
  round((u.trust * 100)::numeric, 2),
  b.removed_at IS NULL,
  b.removed_at
FROM sample_ballots b
JOIN sample_people u USING (n)
ORDER BY b.at;
SELECT sample_give('index', 'votes_v2');
INSERT INTO vote_registry (poll_id, user_id, vote_id, voted_at)
SELECT v.poll_id, v.user_id, v.id, v.created_at FROM votes_v2 v;

-- part: records after: ballots-even, ballots-odd
SET LOCAL jit = off;
INSERT INTO auth.users (id, email)
SELECT u.user_id, u.username || '@riverton.example' FROM sample_people u ORDER BY u.n
ON CONFLICT (id) DO NOTHING;

INSERT INTO user_profiles_v2 (
  id, user_id, username, display_name, email, bio, trust_tier, trust_score, reputation_points, verification_status, is_verified,
  preferences, privacy_settings, interests, location_data, primary_hashtags, followed_hashtags, total_polls_created, total_votes_cast,
  last_active_at, is_active, created_at, updated_at, created_by, modification_reason, removed_at
)
SELECT
  u.id,
  u.user_id,
  u.username,
  u.name,
  u.username || '@riverton.example',
  CASE WHEN u.n % 3 = 0 THEN 'Lives in ' || u.district || '.' END,
  CASE WHEN u.trust > 0.95 THEN 'T3' WHEN u.trust > 0.8 THEN 'T2' WHEN u.trust > 0.4 THEN 'T1' ELSE 'T0' END,
  round((u.trust * 100)::numeric, 2),
  round(u.trust * 500),
  CASE WHEN u.trust > 0.8 THEN 'verified' WHEN u.trust > 0.7 THEN 'pending' WHEN u.trust < 0.02 THEN 'rejected' ELSE 'unverified' END,
  u.trust > 0.8,
  jsonb_build_object('language', (ARRAY['en', 'de', 'es'])[1 + u.n % 3], 'digest', u.n % 2 = 0),
  CASE WHEN u.n % 11 = 0 THEN '{"profile": "private"}' WHEN u.n % 7 = 0 THEN '{"bio": false}' ELSE '{}' END::jsonb,
  jsonb_build_array((ARRAY['cycling', 'schools', 'music', 'gardens', 'history'])[1 + u.n % 5]),
  jsonb_build_object('district', u.district),
  ARRAY[(ARRAY['budget', 'cycling', 'library', 'climate', 'sports'])[1 + u.n % 5]],
  ARRAY[(ARRAY['market', 'buses', 'waste'])[1 + u.n % 3], (ARRAY['solar', 'parking', 'dogs', 'noise'])[1 + u.n % 4]],
  coalesce(c.polls, 0),
  coalesce(v.votes, 0),
  coalesce(v.at, u.joined_at),
  NOT u.is_removed,
  u.joined_at,
  CASE WHEN u.is_removed THEN p.today - make_interval(days => 1 + u.n % 200) ELSE u.joined_at END,
  u.user_id,
  CASE WHEN u.is_removed THEN 'moved away' END,
  CASE WHEN u.is_removed THEN p.today - make_interval(days => 1 + u.n % 200) END
FROM sample_plan p
CROSS JOIN sample_people u
LEFT JOIN (SELECT n, count(*) FILTER (WHERE removed_at IS NULL) AS votes, max(at) AS at FROM sample_ballots GROUP BY n) v ON v.n = u.n
LEFT JOIN (SELECT creator, count(*) AS polls FROM sample_polls WHERE removed_at IS NULL GROUP BY creator) c ON c.creator = u.n
ORDER BY u.n;

INSERT INTO polls_v2 (
  id, title, description, options, voting_method, created_by, created_at, updated_at, start_time, end_time, status, privacy_level,
  access_control, hashtags, primary_hashtag, category, tags, total_votes, total_views, engagement_score, trending_score, is_trending,
  is_featured, poll_settings, is_active, is_verified, last_modified_by, removed_at
)
SELECT
  s.id,
  s.title,
  s.description,
  (
    SELECT jsonb_agg(CASE WHEN s.i % 3 = 0 THEN jsonb_build_object('id', o.id, 'label', o.label) ELSE to_jsonb(o.id) END ORDER BY o.place)
    FROM unnest(s.ids, s.labels) WITH ORDINALITY o (id, label, place)
  ),
  s.method,
  u.user_id,
  c.created_at,
  greatest(c.created_at, s.removed_at),
  s.start_time,
  s.end_time,
  s.status,
  s.privacy,
  CASE
    WHEN s.privacy = 'public' THEN '{}'
    ELSE jsonb_build_object('invited', (SELECT jsonb_agg(w.user_id ORDER BY w.n) FROM sample_people w WHERE w.n < 20))
  END,
  normal_hashtags(ARRAY[s.hashtag, s.category]),
  s.hashtag,
  s.category,
  ARRAY[s.category],
  coalesce(v.votes, 0),
  coalesce(v.votes, 0) * 3 + s.i % 17,
  round(coalesce(v.votes, 0) * 1.3, 2),
  round(coalesce(v.votes, 0)::numeric / greatest(1, extract(day FROM s.today - s.start_time)::numeric), 2),
  s.status = 'active' AND s.i % 6 = 0,
  s.i % 25 = 1,
  jsonb_build_object('show_results', s.privacy <> 'high-privacy'),
  s.removed_at IS NULL,
  s.i % 4 = 0,
  u.user_id,
  s.removed_at
FROM sample_polls s
JOIN sample_people u ON u.n = s.creator
CROSS JOIN LATERAL (SELECT least(s.start_time, s.today) - interval '2 days 5 hours' AS created_at) c
LEFT JOIN (SELECT i, count(*) AS votes FROM sample_ballots WHERE removed_at IS NULL GROUP BY i) v ON v.i = s.i
ORDER BY s.i DESC;

INSERT INTO poll_tallies (poll_id, option_id, votes)
SELECT
  b.poll_id,
  c.option_id,
  count(*)
FROM sample_ballots b
CROSS JOIN LATERAL unnest(b.chosen) WITH ORDINALITY c (option_id, place)
WHERE b.removed_at IS NULL AND (b.method <> 'ranked' OR c.place = 1)
GROUP BY b.poll_id, c.option_id;

INSERT INTO poll_analytics (
  id, poll_id, total_views, total_votes, unique_voters, completion_rate, average_time_spent, device_breakdown, last_updated, created_at
)
SELECT
  md5('civic poll figures ' || p.id)::uuid,
  p.id,
  p.total_views,
  p.total_votes,
  p.total_votes,
  round(100.0 * p.total_votes / greatest(p.total_views, 1), 2),
  40 + p.total_votes % 90,
  jsonb_build_object('phone', p.total_votes * 2 / 3, 'desktop', p.total_votes - p.total_votes * 2 / 3),
  p.updated_at,
  p.created_at
FROM polls_v2 p;

INSERT INTO user_analytics (id, user_id, total_sessions, polls_created, votes_cast, hashtags_followed, trust_score, reputation_points, last_updated, created_at)
SELECT
  md5('civic user figures ' || u.user_id)::uuid,
  u.user_id,
  u.total_votes_cast + 3,
  u.total_polls_created,
  u.total_votes_cast,
  cardinality(u.followed_hashtags),
  u.trust_score,
  u.reputation_points,
  u.last_active_at,
  u.created_at
FROM user_profiles_v2 u;

INSERT INTO feedback_v2 (
  id, user_id, title, description, feedback_type, category, priority, status, assigned_to, resolved_at, resolved_by, ai_analysis,
  sentiment_score, urgency_score, complexity_score, device_info, browser_info, created_at, updated_at, is_active, is_public, removed_at
)
SELECT
  md5('civic feedback ' || k)::uuid,
  CASE WHEN k % 9 <> 4 THEN u.user_id END,
  t.title,
  t.description || CASE WHEN k % 2 = 0 THEN ' Seen in ' || u.district || '.' ELSE '' END,
  t.kind,
  t.category,
  (ARRAY['low', 'medium', 'medium', 'high', 'urgent'])[1 + sample_pick(k, 21, 5)],
  s.status,
  CASE WHEN s.status <> 'open' THEN m.user_id END,
  CASE WHEN s.status IN ('resolved', 'closed') THEN a.at + interval '3 days' END,
  CASE WHEN s.status IN ('resolved', 'closed') THEN m.user_id END,
  jsonb_build_object('topic', t.category, 'language', 'en'),
  t.mood,
  round(sample_share(k, 22)::numeric, 2),
  round(sample_share(k, 23)::numeric, 2),
  jsonb_build_object('kind', (ARRAY['phone', 'laptop', 'tablet'])[1 + k % 3]),
  jsonb_build_object('name', (ARRAY['Firefox', 'Safari', 'Chrome'])[1 + k % 3]),
  a.at,
  CASE WHEN r.removed THEN a.at + interval '40 hours' WHEN s.status = 'open' THEN a.at ELSE a.at + interval '3 days' END,
  NOT r.removed,
  k % 4 = 1,
  CASE WHEN r.removed THEN a.at + interval '40 hours' END
FROM sample_plan p
CROSS JOIN generate_series(1, greatest(40, p.rows / 200)) k
CROSS JOIN LATERAL (SELECT k % 31 = 17 AS removed) r
JOIN LATERAL (VALUES
  (0, 'The result does not load on my phone', 'The bars stay empty until I turn the phone.', 'bug', 'results', -0.40),
  (1, 'Remind me before a poll ends', 'I missed the vote about the library by a day.', 'feature', 'notifications', 0.20),
  (2, 'Thank you for asking us', 'First time I feel heard by the town hall.', 'general', 'praise', 0.90),
  (3, 'Voting takes half a minute', 'After I press the button nothing happens for very long.', 'performance', 'voting', -0.50),
  (4, 'My screen reader skips the options', 'It reads the title and then the footer.', 'accessibility', 'voting', -0.60),
  (5, 'I can see who made a poll private', 'The name of the creator is in the address of the page.', 'security', 'privacy', -0.70),
  (6, 'Please in more languages', 'My mother does not read English.', 'feature', 'languages', 0.00),
  (7, 'A poll about poll fatigue?', 'Three polls about parking in one month are too many.', 'general', 'polls', -0.20),
  (8, 'Ranking is hard with a mouse', 'Dragging jumps back when the page scrolls.', 'bug', 'voting', -0.30),
  (9, 'Show how many people live in the district', 'A hundred votes mean more in Hillside than in Harbour.', 'feature', 'results', 0.30)
) t (n, title, description, kind, category, mood) ON t.n = sample_pick(k, 20, 10)
JOIN sample_people u ON u.n = (k * 53) % p.voters
JOIN sample_people m ON m.n = k % 6
CROSS JOIN LATERAL (SELECT (ARRAY['open', 'open', 'in_progress', 'resolved', 'closed', 'duplicate'])[1 + sample_pick(k, 24, 6)] AS status) s
CROSS JOIN LATERAL (SELECT p.today - interval '5 days' - sample_share(k, 25) * make_interval(days => p.days - 10) AS at) a;

-- part: trail after: records
SET LOCAL jit = off;
INSERT INTO audit_logs (id, table_name, record_id, operation, new_values, user_id, created_at, context)
SELECT
  md5('civic vote told ' || b.id)::uuid,
  'votes_v2',
  b.id::text,
  'INSERT',
  jsonb_build_object('id', b.id, 'poll_id', b.poll_id, 'user_id', u.user_id, 'selected_options', b.chosen, 'vote_weight', 1.00, 'is_active', true),
  u.user_id,
  b.at,
  '{"role": "authenticated", "claims_role": "authenticated"}'::jsonb
FROM sample_ballots b
JOIN sample_people u USING (n)
UNION ALL
SELECT
  md5('civic poll told ' || p.id)::uuid,
  'polls_v2',
  p.id::text,
  'INSERT',
  jsonb_build_object('id', p.id, 'title', p.title, 'status', 'draft', 'options', p.options, 'voting_method', p.voting_method),
  p.created_by,
  p.created_at,
  '{"role": "authenticated", "claims_role": "authenticated"}'
FROM polls_v2 p
UNION ALL
SELECT
  md5('civic profile told ' || u.id)::uuid,
  'user_profiles_v2',
  u.id::text,
  'INSERT',
  jsonb_build_object('id', u.id, 'user_id', u.user_id, 'username', u.username, 'display_name', u.display_name, 'trust_tier', 'T0'),
  u.user_id,
  u.created_at,
  '{"role": "authenticated", "claims_role": "authenticated"}'
FROM user_profiles_v2 u
UNION ALL
SELECT
  md5('civic feedback told ' || f.id)::uuid,
  'feedback_v2',
  f.id::text,
  'INSERT',
  jsonb_build_object('id', f.id, 'title', f.title, 'feedback_type', f.feedback_type, 'status', 'open'),
  f.user_id,
  f.created_at,
  '{"role": "authenticated", "claims_role": "authenticated"}'
FROM feedback_v2 f;

-- What became of them: polls that opened and closed, trust that was given, removals.
INSERT INTO audit_logs (id, table_name, record_id, operation, old_values, new_values, user_id, created_at, context)
SELECT
  md5(concat_ws(' ', 'civic change', c.name, c.id, c.at))::uuid,
  c.name,
  c.id::text,
  c.operation,
  c.was,
  c.became,
  c.actor,
  c.at,
  CASE WHEN c.operation = 'SOFT_DELETE' THEN '{"role": "service_role"}' ELSE '{"role": "authenticated", "claims_role": "authenticated"}' END::jsonb
FROM (
  SELECT 'polls_v2' AS name, p.id, 'UPDATE' AS operation, '{"status": "draft"}'::jsonb AS was, '{"status": "active"}'::jsonb AS became,
    p.created_by AS actor, p.start_time - interval '1 hour' AS at
  FROM polls_v2 p
  WHERE p.status <> 'draft'
  UNION ALL
  SELECT 'polls_v2', p.id, 'UPDATE', '{"status": "active"}', jsonb_build_object('status', p.status), p.created_by,
    CASE WHEN p.status = 'paused' THEN s.today - interval '9 hours' ELSE p.end_time + interval '1 hour' END
  FROM polls_v2 p, sample_plan s
  WHERE p.status IN ('closed', 'archived', 'paused')
  UNION ALL
  SELECT 'user_profiles_v2', u.id, 'UPDATE', '{"trust_tier": "T0", "is_verified": false, "verification_status": "pending"}',
    jsonb_build_object('trust_tier', u.trust_tier, 'is_verified', true, 'verification_status', 'verified'), m.user_id, u.created_at + interval '9 days'
  FROM user_profiles_v2 u
  JOIN sample_people m ON m.n = 1
  WHERE u.is_verified
  UNION ALL
  SELECT r.name, r.id, 'SOFT_DELETE', '{"is_active": true, "removed_at": null}',
    jsonb_build_object('is_active', false, 'removed_at', to_jsonb(r.removed_at)), m.user_id, r.removed_at
  FROM (
    SELECT 'polls_v2' AS name, p.id, p.removed_at FROM sample_polls p
    UNION ALL
    SELECT 'votes_v2', b.id, b.removed_at FROM sample_ballots b
    UNION ALL
    SELECT 'user_profiles_v2', u.id, u.removed_at FROM user_profiles_v2 u
    UNION ALL
    SELECT 'feedback_v2', f.id, f.removed_at FROM feedback_v2 f
  ) r
  JOIN sample_people m ON m.n = extract(epoch FROM r.removed_at)::bigint % 4
  WHERE r.removed_at IS NOT NULL
) c;
SELECT sample_give('index', 'audit_logs'), sample_give('link', 'audit_logs');

-- part: links after: votes, trail
SET LOCAL jit = off;
SELECT sample_give('link', 'votes_v2'), sample_give('link', 'poll_tallies');

-- part: stats after: links
SET LOCAL jit = off;
REFRESH MATERIALIZED VIEW poll_stats;
ANALYZE poll_stats;

-- part: plants after: stats
-- Findings are in this part: without it the database passes every check.
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
-- Each situation has a poll of its own, and newcomers who vote in nothing else.
INSERT INTO auth.users (id, email)
SELECT md5('civic newcomer ' || n)::uuid, 'newcomer' || n || '@riverton.example' FROM generate_series(1, 60) n
ON CONFLICT (id) DO NOTHING;
INSERT INTO user_profiles_v2 (id, user_id, username, display_name, email, location_data, last_active_at, created_at, updated_at, created_by)
SELECT
  md5('civic newcomer profile ' || n)::uuid,
  md5('civic newcomer ' || n)::uuid,
  'newcomer' || n,
  'Newcomer ' || n,
  'newcomer' || n || '@riverton.example',
  '{"district": "Harbour"}',
  p.today - interval '30 days',
  -- Twenty-eight of them on the day of a vote, minutes apart.
  p.today - CASE WHEN n <= 28 THEN interval '40 days' - n * interval '4 minutes' ELSE interval '390 days' END,
  p.today - interval '30 days',
  md5('civic newcomer ' || n)::uuid
FROM sample_plan p
CROSS JOIN generate_series(1, 60) n;
INSERT INTO user_analytics (id, user_id)
SELECT md5('civic newcomer figures ' || n)::uuid, md5('civic newcomer ' || n)::uuid FROM generate_series(1, 60) n;

CREATE TABLE sample_plants AS
SELECT
  v.*,
  md5('civic planted ' || v.name)::uuid AS id,
  p.today - make_interval(days => v.age, hours => -6) AS start_time,
  CASE WHEN v.closed THEN p.today - make_interval(days => v.age - 14) ELSE p.today + interval '365 days 18 hours' END AS end_time
FROM sample_plan p
CROSS JOIN (VALUES
  ('burst', 'Extend the skate park?', 45, false),
  ('device', 'A beer garden by the harbour?', 46, false),
  ('address', 'Rename Karl Street?', 47, false),
  ('young', 'Sell the old waterworks?', 44, false),
  ('window', 'A roof for the bus stop at the cemetery?', 80, true),
  ('option', 'What should the new ferry be called?', 84, true),
  ('totals', 'A second lane on Bridge Street?', 88, true),
  ('registry', 'Close Mill Lane to cars?', 48, false),
  ('orphan', 'A statue of the founder?', 92, true),
  ('typo', 'Open the town archive to everybody?', 49, false),
  ('hashtags', 'More benches along the river?', 50, false)
) v (name, title, age, closed);
INSERT INTO polls_v2 (id, title, options, created_by, created_at, updated_at, start_time, end_time, status, hashtags, primary_hashtag, category)
SELECT
  t.id,
  t.title,
  CASE t.name WHEN 'option' THEN '["Nixe", "Marie", "Riverton II"]' ELSE '["Yes", "No"]' END::jsonb,
  md5('civic user ' || 2)::uuid,
  t.start_time - interval '1 day',
  t.start_time - interval '1 day',
  t.start_time,
  t.end_time,
  CASE WHEN t.closed THEN 'closed' ELSE 'active' END,
  '{townhall}',
  'townhall',
  'Planning'
FROM sample_plants t;
INSERT INTO poll_analytics (id, poll_id) SELECT md5('civic poll figures ' || t.id)::uuid, t.id FROM sample_plants t;
-- The ordinary votes: old users, each from a device of their own, some hours apart.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT
  md5('civic planted vote ' || t.name || n)::uuid,
  t.id,
  u.user_id,
  CASE t.name WHEN 'option' THEN '["Nixe"]' ELSE (ARRAY['["Yes"]', '["No"]'])[1 + n % 2] END::jsonb,
  t.start_time + n * interval '5 hours 7 minutes',
  t.start_time + n * interval '5 hours 7 minutes',
  '10.16.0.0'::inet + n / 2,
  'Firefox on Linux',
  md5('civic device ' || n)
FROM sample_plants t
CROSS JOIN generate_series(1, 40) n
JOIN sample_people u USING (n);
INSERT INTO audit_logs (id, table_name, record_id, operation, new_values, user_id, created_at, context)
SELECT
  md5('civic poll told ' || t.id)::uuid,
  'polls_v2',
  t.id::text,
  'INSERT',
  jsonb_build_object('id', t.id, 'title', t.title, 'status', 'active'),
  md5('civic user ' || 2)::uuid,
  t.start_time - interval '1 day',
  '{"role": "authenticated", "claims_role": "authenticated"}'
FROM sample_plants t;

-- planted: vote-burst votes_v2
-- Fifty-two votes within one minute, each with another device and address.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT md5('civic burst ' || n)::uuid, t.id, u.user_id, '["Yes"]', w.at, w.at, '10.99.0.0'::inet + n, 'curl', md5('civic burst device ' || n)
FROM sample_plants t
CROSS JOIN generate_series(101, 152) n
JOIN sample_people u USING (n)
CROSS JOIN LATERAL (SELECT t.start_time + interval '20 days 20 hours 14 minutes' + (n - 100) * interval '1.05 seconds' AS at) w
WHERE t.name = 'burst';

-- planted: vote-device votes_v2
-- Nine users of one telephone, hours apart.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT md5('civic device vote ' || n)::uuid, t.id, u.user_id, '["Yes"]', w.at, w.at, '10.98.0.0'::inet + n, 'Chrome on Android', md5('civic shared device')
FROM sample_plants t
CROSS JOIN generate_series(101, 109) n
JOIN sample_people u USING (n)
CROSS JOIN LATERAL (SELECT t.start_time + (n - 90) * interval '7 hours 11 minutes' AS at) w
WHERE t.name = 'device';

-- planted: vote-address votes_v2
-- Twenty-six votes from one address, each with another device: an office of one opinion.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT md5('civic address vote ' || n)::uuid, t.id, u.user_id, '["No"]', w.at, w.at, '10.97.4.2', 'Edge on Windows', md5('civic office device ' || n)
FROM sample_plants t
CROSS JOIN generate_series(101, 126) n
JOIN sample_people u USING (n)
CROSS JOIN LATERAL (SELECT t.start_time + (n - 80) * interval '3 hours 3 minutes' AS at) w
WHERE t.name = 'address';

-- planted: vote-young votes_v2
-- Twenty-eight accounts that voted an hour after they were made, nearly half of the poll.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT md5('civic young vote ' || n)::uuid, t.id, u.user_id, '["Yes"]', u.created_at + interval '1 hour', u.created_at + interval '1 hour',
  '10.96.0.0'::inet + n, 'Chrome on Windows', md5('civic young device ' || n)
FROM sample_plants t
CROSS JOIN generate_series(1, 28) n
JOIN user_profiles_v2 u ON u.username = 'newcomer' || n
WHERE t.name = 'young';

-- planted: vote-window votes_v2
-- The end was moved forward under its last votes.
UPDATE polls_v2 p SET end_time = t.start_time + interval '7 days'
FROM sample_plants t
WHERE t.name = 'window' AND p.id = t.id;

-- planted: vote-option votes_v2
-- A name was taken off the list after it had votes.
UPDATE polls_v2 p SET options = '["Marie", "Riverton II", "Undine"]'
FROM sample_plants t
WHERE t.name = 'option' AND p.id = t.id;

INSERT INTO vote_registry (poll_id, user_id, vote_id, voted_at)
SELECT v.poll_id, v.user_id, v.id, v.created_at FROM sample_plants t JOIN votes_v2 v ON v.poll_id = t.id;
INSERT INTO audit_logs (id, table_name, record_id, operation, new_values, user_id, created_at, context)
SELECT
  md5('civic vote told ' || v.id)::uuid,
  'votes_v2',
  v.id::text,
  'INSERT',
  jsonb_build_object('id', v.id, 'poll_id', v.poll_id, 'user_id', v.user_id, 'selected_options', v.selected_options, 'vote_weight', 1.00, 'is_active', true),
  v.user_id,
  v.created_at,
  '{"role": "authenticated", "claims_role": "authenticated"}'
FROM sample_plants t
JOIN votes_v2 v ON v.poll_id = t.id;

-- planted: vote-registry votes_v2
-- planted: vote-registry vote_registry
-- Three users voted again a month later, past the registry, and one entry stands for a vote that was deleted by hand.
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, ip_address, user_agent, device_fingerprint)
SELECT md5('civic second vote ' || n)::uuid, t.id, u.user_id, '["Yes"]', w.at, w.at, '10.95.0.0'::inet + n, 'Firefox on Linux', md5('civic device ' || n)
FROM sample_plants t
CROSS JOIN generate_series(1, 3) n
JOIN sample_people u USING (n)
CROSS JOIN LATERAL (SELECT t.start_time + interval '33 days' + n * interval '3 hours' AS at) w
WHERE t.name = 'registry';
DELETE FROM votes_v2 v USING sample_plants t WHERE t.name = 'registry' AND v.id = md5('civic planted vote registry40')::uuid;

-- planted: sd-orphan-live votes_v2
-- Somebody removed a poll by hand and left its votes.
UPDATE polls_v2 p SET is_active = false, removed_at = t.end_time + interval '2 days'
FROM sample_plants t
WHERE t.name = 'orphan' AND p.id = t.id;
INSERT INTO audit_logs (id, table_name, record_id, operation, old_values, new_values, created_at, context)
SELECT md5('civic orphan told')::uuid, 'polls_v2', t.id::text, 'SOFT_DELETE', '{"is_active": true}', '{"is_active": false}', t.end_time + interval '2 days',
  '{"role": "postgres"}'
FROM sample_plants t
WHERE t.name = 'orphan';

-- planted: part-default-rows votes_v2_default
-- A poll that came from the old system: nobody made partitions for its months.
INSERT INTO polls_v2 (id, title, options, created_at, updated_at, start_time, end_time, status, category)
SELECT md5('civic old poll')::uuid, 'Paper or screen for the council papers?', '["Paper", "Screen"]', w.at, w.at, w.at, w.at + interval '30 days', 'archived', 'Council'
FROM sample_plan p
CROSS JOIN LATERAL (SELECT p.today - interval '760 days' AS at) w;
INSERT INTO poll_analytics (id, poll_id) VALUES (md5('civic old poll figures')::uuid, md5('civic old poll')::uuid);
INSERT INTO votes_v2 (id, poll_id, user_id, selected_options, created_at, updated_at, vote_metadata)
SELECT md5('civic old vote ' || n)::uuid, md5('civic old poll')::uuid, u.user_id, (ARRAY['["Paper"]', '["Screen"]'])[1 + n % 2]::jsonb, w.at, w.at,
  '{"migrated_from": "votes"}'
FROM sample_plan p
CROSS JOIN generate_series(1, 12) n
JOIN sample_people u USING (n)
CROSS JOIN LATERAL (SELECT p.today - interval '755 days' + n * interval '31 hours' AS at) w;
INSERT INTO vote_registry (poll_id, user_id, vote_id, voted_at)
SELECT v.poll_id, v.user_id, v.id, v.created_at FROM votes_v2 v WHERE v.poll_id = md5('civic old poll')::uuid;

SELECT recount_poll(t.id) FROM sample_plants t;
SELECT recount_poll(md5('civic old poll')::uuid);
SELECT recount_user(u.user_id) FROM sample_people u WHERE u.n <= 152;
SELECT recount_user(md5('civic newcomer ' || n)::uuid) FROM generate_series(1, 60) n;
UPDATE user_analytics a SET last_updated = p.today, created_at = least(a.created_at, p.today) FROM sample_plan p WHERE a.last_updated > p.today;
UPDATE poll_analytics a SET last_updated = p.today, created_at = least(a.created_at, p.today) FROM sample_plan p WHERE a.last_updated > p.today;

-- planted: poll-totals polls_v2
-- planted: poll-totals poll_tallies
-- planted: poll-totals user_profiles_v2
-- A total that was set by hand, an option that lost two votes, and a user who cast more than there are.
UPDATE polls_v2 p SET total_votes = 99 FROM sample_plants t WHERE t.name = 'totals' AND p.id = t.id;
UPDATE poll_tallies c SET votes = c.votes - 2 FROM sample_plants t WHERE t.name = 'totals' AND c.poll_id = t.id AND c.option_id = 'No';
UPDATE user_profiles_v2 u SET total_votes_cast = u.total_votes_cast + 11 WHERE u.user_id = md5('civic user 7')::uuid;

-- planted: poll-window polls_v2
-- It was to end in a year, not in a hundred.
UPDATE polls_v2 p SET end_time = p.end_time + interval '100 years' FROM sample_plants t WHERE t.name = 'typo' AND p.id = t.id;

-- planted: poll-hashtags polls_v2
-- Written past the trigger: capitals, a #, and a primary one that is not among them.
UPDATE polls_v2 p SET hashtags = '{River,#benches}', primary_hashtag = 'parks' FROM sample_plants t WHERE t.name = 'hashtags' AND p.id = t.id;

-- planted: profile-trust user_profiles_v2
-- Promoted to the highest tier, and nobody verified anything.
UPDATE user_profiles_v2 SET trust_tier = 'T3', trust_score = 100, is_verified = true, modification_reason = 'self service'
WHERE username = 'newcomer60';

-- planted: audit-missing feedback_v2
-- Removed with triggers off: the trail knows nothing of it.
UPDATE feedback_v2 SET is_active = false, removed_at = created_at + interval '6 days' WHERE id = md5('civic feedback 5')::uuid;

-- planted: mv-stale poll_stats
-- All of the above came after the view was refreshed.

-- planted: - polls_v2
-- Texts that attack a terminal, a spreadsheet or the layout, in one poll nobody has voted in.
INSERT INTO polls_v2 (id, title, description, options, created_at, updated_at, start_time, end_time, status, hashtags, primary_hashtag, category)
SELECT
  md5('civic hostile poll')::uuid,
  E'\x1b[31mRed\x1b[0m \u202Egpj.exe\u202C =1+1 ' || repeat('long ', 20),
  E'line one\nline two\t\u200Bzero width',
  jsonb_build_array(E'\x1b[2J', '=cmd|''/C calc''!A0', repeat('W', 200), U&'\FF37\FF49\FF44\FF45'),
  w.at, w.at, w.at, w.at + interval '500 days', 'paused', '{townhall}', 'townhall', E'\x07'
FROM sample_plan p
CROSS JOIN LATERAL (SELECT p.today - interval '51 days' AS at) w;
INSERT INTO poll_analytics (id, poll_id, last_updated, created_at)
SELECT md5('civic hostile poll figures')::uuid, md5('civic hostile poll')::uuid, p.today, p.today FROM sample_plan p;

-- part: close after: plants
SELECT sample_give('trigger');
DROP FUNCTION sample_take, sample_give, sample_vote, sample_pick, sample_share;
DROP TABLE IF EXISTS sample_plants;
DROP TABLE sample_plan, sample_ddl, sample_people, sample_topics, sample_polls, sample_ballots;

-- part: plants-schema after: close
-- planted: vote-partition votes_v2
-- Nobody has made partitions ahead.
DO $$
DECLARE
  v_name text;
BEGIN
  FOR v_name IN
    SELECT c.relname
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'votes_v2'::regclass AND c.relname ~ '^votes_v2_\d{4}_\d{2}$' AND c.relname > 'votes_v2_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')
  LOOP
    EXECUTE format('DROP TABLE %I', v_name);
  END LOOP;
END $$;
-- planted: audit-immutable audit_logs
-- For a clean-up that was never made.
GRANT DELETE ON audit_logs TO service_role;
-- planted: stats-exposed poll_stats
-- A widget was to show titles.
GRANT SELECT (title) ON poll_stats TO authenticated;
-- planted: civic-tables feedback_v2
-- An import had rows without one.
ALTER TABLE feedback_v2 ALTER COLUMN priority DROP NOT NULL;
-- planted: civic-lists feedback_type
-- A word more than the application knows.
ALTER TABLE feedback_v2 DROP CONSTRAINT feedback_v2_feedback_type_check;
ALTER TABLE feedback_v2 ADD CONSTRAINT feedback_v2_feedback_type_check
CHECK (feedback_type IN ('bug', 'feature', 'general', 'performance', 'accessibility', 'security', 'praise'));
-- planted: civic-policies poll_analytics
-- The press was to see the figures of popular polls.
CREATE POLICY "The press may look" ON poll_analytics FOR SELECT TO anon USING (total_votes > 100);
-- planted: civic-grants feedback_v2
-- No policy lets it through yet.
GRANT UPDATE (is_public) ON feedback_v2 TO authenticated;
-- planted: civic-triggers feedback_updated_at
-- planted: trigger-disabled feedback_v2
-- Switched off for an import and forgotten.
ALTER TABLE feedback_v2 DISABLE TRIGGER feedback_updated_at;
-- planted: civic-search-path known_word(p_word text, p_known text[], p_else text)
ALTER FUNCTION known_word(text, text[], text) RESET search_path;

-- part: vacuum-votes after: plants-schema outside-transaction
VACUUM (ANALYZE) votes_v2;
VACUUM (ANALYZE) vote_registry;

-- part: vacuum-records after: plants-schema outside-transaction
VACUUM (ANALYZE) audit_logs;
VACUUM (ANALYZE) polls_v2;
VACUUM (ANALYZE) user_profiles_v2;
VACUUM (ANALYZE) feedback_v2;
VACUUM (ANALYZE) poll_tallies;
VACUUM (ANALYZE) poll_analytics;
VACUUM (ANALYZE) user_analytics;
