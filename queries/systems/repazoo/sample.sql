-- Sample data of the repazoo system. The setting pgdeck.rows is the number of API calls: 50000 unless set, 2000 at least. Ids hang on
-- ordinals, so two loads of one size hold the same rows; tokens are sealed with a vector drawn at random and differ.
-- Every moment hangs on the day of the load, because retention, quotas and expiry are judged by the clock: nothing becomes too old
-- within two months after it.
-- The part lines are for the installer: a part may start when those it names are done, and is a transaction of its own. Run from
-- top to bottom, in one transaction (without the parts marked outside-transaction) or in none, the file does the same.
-- "planted:" names the check that has to find what follows, and where; a dash stands for what no check reports.

-- part: open
SET LOCAL jit = off;
DO $$
BEGIN
  IF EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM webhook_events) OR EXISTS (SELECT FROM audit_log) THEN
    RAISE EXCEPTION 'sample data goes into empty tables only' USING ERRCODE = '55000';
  END IF;
END $$;

CREATE TABLE sample_plan AS
SELECT
  p.rows,
  greatest(20, p.rows / 100) AS users,
  greatest(28, p.rows / 70) AS accounts,
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS today
FROM (SELECT greatest(2000, coalesce(nullif(current_setting('pgdeck.rows', true), ''), '50000')::int) AS rows) p;

CREATE FUNCTION sample_pick(key bigint, salt bigint, choices int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT ((hashint8extended(key, salt) & 2147483647) % choices)::int';
CREATE FUNCTION sample_share(key bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
AS 'SELECT (hashint8extended(key, salt) & 1073741823) / 1073741824.0::float8';
CREATE FUNCTION sample_id(name text) RETURNS uuid LANGUAGE sql IMMUTABLE
AS 'SELECT md5(''repazoo:'' || name)::uuid';

-- Indexes and foreign keys of the large tables, with the statements that bring them back: building an index or checking a key at
-- once costs a third of doing it row by row.
CREATE TABLE sample_ddl AS
WITH large AS (
  SELECT c.oid, c.relname
  FROM pg_class c
  WHERE c.relnamespace = (SELECT u.relnamespace FROM pg_class u WHERE u.oid = 'users'::regclass)
    AND c.relname IN ('analysis_results', 'analysis_results_archive', 'api_usage', 'api_usage_daily', 'audit_log', 'audit_log_archive')
)
SELECT
  'link' AS step,
  l.relname::text AS relation,
  k.conname::text AS name,
  format('ALTER TABLE %I DROP CONSTRAINT %I', l.relname, k.conname) AS gone,
  format('ALTER TABLE %I ADD CONSTRAINT %I %s', l.relname, k.conname, pg_get_constraintdef(k.oid)) AS back
FROM large l
JOIN pg_constraint k ON k.conrelid = l.oid AND k.contype = 'f'
UNION ALL
SELECT 'index', l.relname, i.relname, format('DROP INDEX %I', i.relname), pg_get_indexdef(i.oid)
FROM large l
JOIN pg_index x ON x.indrelid = l.oid AND NOT x.indisunique
JOIN pg_class i ON i.oid = x.indexrelid;

CREATE FUNCTION sample_take() RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT gone FROM sample_ddl ORDER BY step, relation, name LOOP EXECUTE d.gone; END LOOP;
END $$;
CREATE FUNCTION sample_give(which text, whose text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN SELECT back FROM sample_ddl WHERE step = which AND relation LIKE whose ORDER BY relation, name LOOP EXECUTE d.back; END LOOP;
END $$;
SELECT sample_take();

-- The trail of the sample is written by hand, with the times things happened at.
ALTER TABLE users DISABLE TRIGGER USER;
ALTER TABLE twitter_accounts DISABLE TRIGGER USER;
ALTER TABLE subscriptions DISABLE TRIGGER USER;
ALTER TABLE analysis_results DISABLE TRIGGER USER;

-- part: people after: open
SET LOCAL jit = off;
CREATE TABLE sample_users AS
SELECT
  i,
  sample_id('user:' || i) AS id,
  f.names[1 + i % 24] || ' ' || l.names[1 + (i + i / 24) % 24] AS name,
  f.plain[1 + i % 24] || '.' || l.plain[1 + (i + i / 24) % 24] || CASE WHEN i >= 576 THEN (i / 576 + 1)::text ELSE '' END AS mail,
  f.plain[1 + i % 24] AS first,
  p.today - make_interval(secs => 86400.0 * CASE WHEN i % 7 = 5 THEN 30 + 270 * sample_share(i, 1) ELSE 300 + 1500 * sample_share(i,
    1) ^ 2 END) AS created_at,
  -- What the user pays for; the first twenty are fixed, so that the plants find their people in every size.
  CASE WHEN i % 5 = 1 THEN 'pro' WHEN i % 20 IN (3, 18) THEN 'gone' WHEN i % 20 = 8 THEN 'trial' WHEN i % 20 = 13 THEN 'late'
    WHEN i % 20 = 0 THEN 'none' ELSE 'basic' END AS plan
FROM sample_plan p
CROSS JOIN generate_series(1, p.users) i
CROSS JOIN (SELECT
  ARRAY['Amara', 'Bruno', 'Céline', 'Dagny', 'Elif', 'Farid', 'Greta', 'Hiroshi', 'Inés', 'Jakub', 'Keiko', 'Lars', 'Mirela', 'Nils',
    'Oksana', 'Pedro', 'Quinn', 'Rania', 'Stefan', 'Thandi', 'Ulla', 'Viktor', 'Wanjiru', 'Yara'],
  ARRAY['amara', 'bruno', 'celine', 'dagny', 'elif', 'farid', 'greta', 'hiroshi', 'ines', 'jakub', 'keiko', 'lars', 'mirela', 'nils',
    'oksana', 'pedro', 'quinn', 'rania', 'stefan', 'thandi', 'ulla', 'viktor', 'wanjiru', 'yara']
) f (names, plain)
CROSS JOIN (SELECT
  ARRAY['Aalto', 'Baptiste', 'Castellano', 'Demir', 'Eriksen', 'Fontaine', 'Gallagher', 'Horváth', 'Ibrahim', 'Jansen', 'Kimura',
    'Lebrun', 'Mbeki', 'Nakamura', 'Okafor', 'Popescu', 'Quiroga', 'Rahman', 'Sandoval', 'Tanaka', 'Urban', 'Vásquez', 'Wieczorek',
    'Zhang'],
  ARRAY['aalto', 'baptiste', 'castellano', 'demir', 'eriksen', 'fontaine', 'gallagher', 'horvath', 'ibrahim', 'jansen', 'kimura',
    'lebrun', 'mbeki', 'nakamura', 'okafor', 'popescu', 'quiroga', 'rahman', 'sandoval', 'tanaka', 'urban', 'vasquez', 'wieczorek', 'zhang']
) l (names, plain);

INSERT INTO auth.users (id, email) SELECT id, mail || '@mail.repazoo.example' FROM sample_users ORDER BY i ON CONFLICT (id) DO NOTHING;
INSERT INTO users (id, email, display_name, created_at, updated_at)
SELECT id, mail || '@mail.repazoo.example', CASE WHEN i % 9 <> 4 THEN name END, created_at, created_at + interval '40 minutes'
FROM sample_users
ORDER BY created_at;

INSERT INTO subscriptions (id, user_id, stripe_customer_id, stripe_subscription_id, tier, status, current_period_start, current_period_end,
  cancel_at_period_end, created_at, updated_at)
SELECT
  sample_id('subscription:' || s.i),
  s.id,
  'cus_' || substr(md5('cus' || s.i), 1, 14),
  'sub_' || substr(md5('sub' || s.i), 1, 20),
  CASE s.plan WHEN 'gone' THEN 'inactive' WHEN 'pro' THEN 'pro' ELSE 'basic' END,
  CASE s.plan WHEN 'gone' THEN 'canceled' WHEN 'trial' THEN 'trialing' WHEN 'late' THEN CASE WHEN s.i % 40 = 13 THEN 'past_due'
    ELSE 'unpaid' END ELSE 'active' END,
  e.ends - CASE s.plan WHEN 'trial' THEN interval '90 days' ELSE interval '1 year' END,
  e.ends,
  s.plan IN ('pro', 'basic') AND s.i % 17 = 2,
  s.created_at + interval '1 hour',
  -- Paid for a year: what a subscription allows has not changed since its period began.
  greatest(s.created_at + interval '1 hour', e.ends - interval '1 year')
FROM sample_plan p
CROSS JOIN sample_users s
CROSS JOIN LATERAL (
  SELECT p.today + make_interval(secs => 86400.0 * CASE
    WHEN s.plan IN ('gone', 'late') THEN -5 - 20 * sample_share(s.i, 2)
    WHEN s.plan = 'trial' THEN 80 + 9 * sample_share(s.i, 2)
    ELSE 80 + 250 * sample_share(s.i, 2)
  END) AS ends
) e
WHERE s.plan <> 'none'
ORDER BY s.created_at;

CREATE TABLE sample_accounts AS
SELECT
  a.j,
  sample_id('account:' || a.j) AS id,
  a.user_id,
  a.plan,
  a.i,
  a.handle,
  a.created_at,
  -- The first twelve stay connected: plants stand on them.
  a.j > 12 AND a.j % 9 = 4 AS gone,
  greatest(a.created_at + interval '2 days', a.today - make_interval(secs => 86400.0 * (1 + 90 * sample_share(a.j, 5)))) AS touched_at,
  a.today
FROM (
  SELECT
    j,
    s.id AS user_id,
    s.plan,
    s.i,
    p.today,
    CASE sample_pick(j, 3, 3) WHEN 0 THEN s.first || '_' ELSE '' END
      || (ARRAY['northern_bakes', 'gravel_diary', 'tinyhouse', 'birdlog', 'openletters', 'night_trains', 'slowcoffee', 'oldmaps',
        'cityplants', 'deepwater', 'papercut_press', 'kitchen_chem', 'weekend_radio', 'fieldnotes', 'lowtide'])[1 + sample_pick(j, 4, 15)]
      || CASE WHEN j > 15 THEN '_' || j ELSE '' END AS handle,
    s.created_at + (p.today - s.created_at) * (0.02 + 0.4 * sample_share(j, 6) * (j > p.users)::int) AS created_at
  FROM sample_plan p
  CROSS JOIN generate_series(1, p.accounts) j
  JOIN sample_users s ON s.i = 1 + (j - 1) % p.users
) a;

INSERT INTO twitter_accounts (id, user_id, twitter_user_id, twitter_username, access_token_encrypted, refresh_token_encrypted,
  token_expires_at, scopes, connected_at, last_synced_at, is_active, created_at, updated_at)
SELECT
  a.id,
  a.user_id,
  (1000000000000000000 + (hashint8extended(a.j, 7) & 899999999999999999))::text,
  a.handle,
  encrypt_token('sample-access-' || md5('access' || a.j)),
  encrypt_token('sample-refresh-' || md5('refresh' || a.j)),
  CASE WHEN a.gone THEN a.touched_at ELSE a.today + make_interval(secs => 86400.0 * (180 + 200 * sample_share(a.j, 8))) END,
  CASE a.j % 3 WHEN 0 THEN ARRAY['tweet.read', 'users.read', 'offline.access'] WHEN 1 THEN ARRAY['tweet.read', 'tweet.write',
    'users.read', 'offline.access'] ELSE ARRAY['tweet.read', 'users.read', 'follows.read', 'offline.access'] END,
  a.created_at,
  a.touched_at - interval '10 minutes',
  NOT a.gone,
  a.created_at,
  a.touched_at
FROM sample_accounts a
ORDER BY a.created_at;
-- Users with a plan, the pro ones more often; each call and each analysis picks its place.
CREATE TABLE sample_places AS
SELECT row_number() OVER (ORDER BY a.j, w) - 1 AS place, a.*
FROM sample_accounts a
CROSS JOIN LATERAL generate_series(1, CASE a.plan WHEN 'pro' THEN 4 WHEN 'basic' THEN 1 WHEN 'trial' THEN 1 ELSE 0 END) w
WHERE NOT a.gone;
CREATE UNIQUE INDEX ON sample_places (place);
ANALYZE sample_users, sample_accounts, sample_places;

-- part: billing after: people
SET LOCAL jit = off;
INSERT INTO webhook_events (id, event_type, stripe_event_id, payload, processed, processed_at, error, created_at)
SELECT
  sample_id('event:' || n),
  k.kind,
  'evt_' || substr(md5('evt' || n), 1, 24),
  jsonb_build_object(
    'object', 'event',
    'type', k.kind,
    'data', jsonb_build_object('object', jsonb_strip_nulls(jsonb_build_object(
      'customer', s.stripe_customer_id,
      'subscription', s.stripe_subscription_id,
      'amount_due', CASE WHEN k.kind LIKE 'invoice.%' THEN CASE s.tier WHEN 'pro' THEN 4900 ELSE 1900 END END,
      'currency', CASE WHEN k.kind LIKE 'invoice.%' THEN 'eur' END
    )))
  ),
  true,
  k.at + make_interval(secs => 1 + 40 * sample_share(n, 13)),
  CASE WHEN n % 31 = 7 THEN 'first attempt: timeout while reading the subscription' END,
  k.at
FROM sample_plan p
CROSS JOIN generate_series(1, p.rows / 50) n
JOIN (SELECT s.*, row_number() OVER (ORDER BY s.id) AS nr, count(*) OVER () AS all FROM subscriptions s) s ON s.nr = 1 + sample_pick(n,
  10, s.all::int)
CROSS JOIN LATERAL (
  SELECT
    (ARRAY['invoice.paid', 'invoice.paid', 'invoice.paid', 'customer.subscription.updated', 'customer.subscription.created',
      'checkout.session.completed', 'invoice.payment_failed', 'customer.subscription.deleted'])[1 + sample_pick(n, 11, 8)] AS kind,
    p.today - make_interval(secs => 86400.0 * (0.1 + 300 * sample_share(n, 12) ^ 1.5)) AS at
) k;

-- part: results after: people
SET LOCAL jit = off;
CREATE TABLE sample_results AS
SELECT
  n,
  sample_id('result:' || n) AS id,
  a.user_id,
  a.id AS account_id,
  a.plan,
  sample_pick(n, 21, 6) AS kind,
  sample_share(n, 22) AS score,
  n > p.rows / 5 AS archived,
  b.since + (b.until - b.since) * sample_share(n, 23) AS created_at
FROM sample_plan p
CROSS JOIN generate_series(1, p.rows / 5 + p.rows / 15) n
JOIN sample_places a ON a.place = sample_pick(n, 20, (SELECT count(*) FROM sample_places)::int)
CROSS JOIN LATERAL (
  SELECT
    greatest(a.created_at, p.today - CASE WHEN n > p.rows / 5 THEN interval '950 days' ELSE interval '270 days' END) AS since,
    CASE WHEN n > p.rows / 5 THEN p.today - interval '380 days' ELSE p.today END AS until
) b
WHERE b.since < b.until;

CREATE TABLE sample_words AS
SELECT
  r.n,
  (ARRAY['sentiment', 'engagement', 'growth', 'content_analysis', 'trend_detection', 'risk_assessment'])[1 + r.kind] AS analysis_type,
  (ARRAY[
    'How readers took the spring series', 'Mood before the product launch', 'Weekly check of replies', 'Reactions to the price change',
    'Which posts are read to the end', 'Best hour for long threads', 'Pictures against plain text', 'Monthly report for the sponsor',
    'Where new followers come from', 'Growth since the interview', 'Followers lost after the holiday', 'Forecast for next quarter',
    'Tone of the last hundred posts', 'Is the archive worth reposting', 'Readability of threads', 'Topics nobody answers',
    'What the neighbourhood talks about', 'Tags on the rise this week', 'Early signs of a debate', 'Words that came up overnight',
    'Posts that may be misread', 'Replies that need a moderator', 'Impersonation watch', 'Old posts before the election'
  ])[1 + r.kind * 4 + sample_pick(r.n, 24, 4)] AS purpose,
  jsonb_build_object('tweets', 20 + sample_pick(r.n, 25, 480), 'days', (ARRAY[7, 14, 30, 90])[1 + sample_pick(r.n, 26, 4)]) AS input_data,
  CASE r.kind
    WHEN 0 THEN jsonb_build_object('sentiment', CASE WHEN r.score > 0.6 THEN 'positive' WHEN r.score > 0.25 THEN 'neutral'
      ELSE 'negative' END, 'sentiment_score', round((2 * r.score - 1)::numeric, 2))
    WHEN 1 THEN jsonb_build_object('engagement_rate', round((r.score / 12)::numeric, 4), 'best_hour', sample_pick(r.n, 27, 24))
    WHEN 2 THEN jsonb_build_object('followers', 200 + sample_pick(r.n, 27, 40000), 'change_pct', round((18 * r.score - 4)::numeric, 1))
    WHEN 3 THEN jsonb_build_object('readability', round((40 + 55 * r.score)::numeric), 'strong', (ARRAY['questions', 'photos',
      'short threads', 'humour'])[1 + sample_pick(r.n, 27, 4)])
    WHEN 4 THEN jsonb_build_object('trend', (ARRAY['#slowtravel', '#urbanbirds', '#sourdough', '#nightsky',
      '#repaircafe'])[1 + sample_pick(r.n, 27, 5)], 'strength', round(r.score::numeric, 2))
    ELSE jsonb_build_object('risk', CASE WHEN r.score > 0.85 THEN 'high' WHEN r.score > 0.5 THEN 'medium' ELSE 'low' END, 'posts',
      sample_pick(r.n, 27, 9))
  END AS output_data
FROM sample_results r;

INSERT INTO analysis_results (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT r.id, r.user_id, r.account_id, w.purpose, CASE r.plan WHEN 'pro' THEN 'opus' ELSE 'sonnet' END, w.analysis_type, w.input_data,
  w.output_data,
  800 + sample_pick(r.n, 28, 9000), r.created_at
FROM sample_results r
JOIN sample_words w USING (n)
WHERE NOT r.archived
ORDER BY r.created_at;
INSERT INTO analysis_results_archive (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at, archived_at)
SELECT r.id, r.user_id, r.account_id, w.purpose, CASE r.plan WHEN 'pro' THEN 'opus' ELSE 'sonnet' END, w.analysis_type, w.input_data,
  w.output_data,
  800 + sample_pick(r.n, 28, 9000), r.created_at, date_trunc('day',
    r.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '366 days 2 hours'
FROM sample_results r
JOIN sample_words w USING (n)
WHERE r.archived
ORDER BY r.created_at;
SELECT sample_give('index', 'analysis_results%');

-- part: usage after: people
SET LOCAL jit = off;
INSERT INTO api_usage (id, user_id, endpoint, method, status_code, response_time_ms, quota_consumed, created_at)
SELECT
  sample_id('call:' || n),
  a.user_id,
  e.endpoint,
  e.method,
  CASE
    WHEN s.luck < 0.955 THEN CASE e.method WHEN 'POST' THEN 201 WHEN 'DELETE' THEN 204 ELSE 200 END
    WHEN s.luck < 0.97 THEN 404
    WHEN s.luck < 0.985 THEN 422
    WHEN s.luck < 0.995 THEN 429
    ELSE 503
  END,
  (20 + 60 * e.slow * (1 + 6 * s.tail ^ 6))::int,
  e.quota,
  -- Around noon there are more.
  p.today - make_interval(days => 1 + sample_pick(n, 33, 20), secs => -43200 * (sample_share(n, 35) + sample_share(n, 37)))
FROM sample_plan p
CROSS JOIN generate_series(1, p.rows) n
JOIN sample_places a ON a.place = sample_pick(n, 30, (SELECT count(*) FROM sample_places)::int)
JOIN (VALUES
  (0, '/api/accounts', 'GET', 1, 1), (1, '/api/accounts', 'GET', 1, 1), (2, '/api/analyses', 'GET', 1, 1), (3, '/api/analyses', 'GET',
    1, 2),
  (4, '/api/analyses', 'POST', 3, 40), (5, '/api/analyses/latest', 'GET', 1, 1), (6, '/api/quota', 'GET', 1, 1), (7, '/api/quota',
    'GET', 1, 1),
  (8, '/api/trends', 'GET', 2, 9), (9, '/api/accounts/sync', 'POST', 1, 12), (10, '/api/reports', 'POST', 2, 25), (11, '/api/analyses',
    'DELETE', 1, 2)
) e (nr, endpoint, method, quota, slow) ON e.nr = sample_pick(n, 31, 12)
CROSS JOIN LATERAL (SELECT sample_share(n, 32) AS luck, sample_share(n, 34) AS tail) s
ORDER BY 8;
SELECT sample_give('index', 'api_usage');
ANALYZE api_usage;

-- part: summaries after: usage
SET LOCAL jit = off;
-- All days, the young ones too: they would be due within two months.
INSERT INTO api_usage_daily (user_id, day, endpoint, method, calls, errors, quota, avg_ms)
SELECT u.user_id, (u.created_at AT TIME ZONE 'UTC')::date, u.endpoint, u.method, count(*), count(*) FILTER (WHERE u.status_code >= 400),
  sum(u.quota_consumed), round(avg(u.response_time_ms), 1)
FROM api_usage u
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;
INSERT INTO api_usage_daily (user_id, day, endpoint, method, calls, errors, quota, avg_ms, is_final)
SELECT s.id, ((p.today - make_interval(days => d)) AT TIME ZONE 'UTC')::date, e.endpoint, e.method, c.calls, c.calls / 29,
  c.calls * e.quota, 20 + 60 * e.slow, true
FROM sample_plan p
CROSS JOIN sample_users s
CROSS JOIN generate_series(22, 150, 4) d
JOIN (VALUES (0, '/api/accounts', 'GET', 1, 1), (1, '/api/analyses', 'POST', 3, 40), (2, '/api/trends', 'GET', 2, 9)) e (nr, endpoint,
  method, quota, slow)
  ON e.nr = sample_pick(s.i * 1000 + d, 35, 3)
CROSS JOIN LATERAL (SELECT 1 + sample_pick(s.i * 1000 + d, 36, CASE s.plan WHEN 'pro' THEN 60 ELSE 15 END) AS calls) c
WHERE s.plan IN ('pro', 'basic') AND s.created_at < p.today - make_interval(days => d + 1)
ORDER BY 1, 2;
SELECT sample_give('index', 'api_usage_daily');

-- part: trail after: results
SET LOCAL jit = off;
CREATE TABLE sample_trail AS
SELECT u.id AS user_id, 'CREATE' AS action, 'user' AS resource_type, u.id::text AS resource_id, NULL::jsonb AS metadata, u.created_at,
  u.i AS place, false AS in_person FROM sample_users u
UNION ALL
SELECT a.user_id, 'OAUTH_CONNECT', 'twitter_account', a.id::text, NULL, a.created_at, a.i, true FROM sample_accounts a
UNION ALL
SELECT a.user_id, 'TOKEN_REFRESHED', 'twitter_account', a.id::text,
  '{"session_user": "token_refresher", "columns": ["access_token_encrypted", "refresh_token_encrypted", "token_expires_at"]}',
  a.created_at + (a.touched_at - a.created_at) * (k / 4.0), a.i, false
FROM sample_accounts a, generate_series(1, 3) k
UNION ALL
SELECT a.user_id, 'OAUTH_DISCONNECT', 'twitter_account', a.id::text,
  '{"columns": ["is_active"], "old": {"is_active": true}, "new": {"is_active": false}}', a.touched_at, a.i, true FROM sample_accounts a
  WHERE a.gone
UNION ALL
SELECT s.user_id, 'SUBSCRIPTION_CREATED', 'subscription', s.id::text, '{"session_user": "stripe_webhooks"}', s.created_at, 0, false
  FROM subscriptions s
UNION ALL
SELECT s.user_id, CASE s.status WHEN 'canceled' THEN 'SUBSCRIPTION_CANCELED' ELSE 'SUBSCRIPTION_UPDATED' END, 'subscription', s.id::text,
  jsonb_build_object('session_user', 'stripe_webhooks', 'columns', '["current_period_end", "status"]'::jsonb, 'old',
    '{"status": "active"}'::jsonb, 'new', jsonb_build_object('status', s.status)),
  greatest(s.created_at + interval '1 minute', s.current_period_start + interval '5 minutes'), 0, false
FROM subscriptions s
UNION ALL
SELECT r.user_id, 'ANALYSIS_EXECUTED', 'analysis_result', r.id::text, NULL, r.created_at, 0, false
FROM sample_plan p, sample_results r
WHERE r.created_at > p.today - interval '100 days' AND NOT r.archived
UNION ALL
SELECT u.id, CASE WHEN k % 4 = 3 THEN 'LOGOUT' ELSE 'LOGIN' END, 'session', NULL, NULL,
  p.today - (p.today - u.created_at) * (0.0002 + 0.99 * sample_share(u.i * 1000 + k, 40) ^ 1.6), u.i, true
FROM sample_plan p, sample_users u, generate_series(1, 10) k;

INSERT INTO audit_log (id, user_id, action, resource_type, resource_id, ip_address, user_agent, metadata, created_at)
SELECT
  sample_id(format('trail:%s:%s:%s:%s', t.action, t.user_id, t.resource_id, t.created_at - p.today)),
  t.user_id,
  t.action,
  t.resource_type,
  t.resource_id,
  CASE WHEN t.in_person THEN ('203.0.113.' || 1 + t.place % 250)::inet END,
  CASE WHEN t.in_person THEN (ARRAY['Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0', 'Mozilla/5.0 (Macintosh) Safari/605.1',
    'Mozilla/5.0 (iPhone) Mobile Safari/604.1', 'repazoo-android/3.2'])[1 + t.place % 4] END,
  coalesce(t.metadata, '{}'),
  t.created_at
FROM sample_plan p
CROSS JOIN sample_trail t
WHERE t.created_at >= p.today - interval '1000 days'
ORDER BY t.created_at;
INSERT INTO audit_log_archive (id, user_id, action, resource_type, resource_id, ip_address, metadata, created_at, archived_at)
SELECT
  sample_id(format('trail:%s:%s:%s:%s', t.action, t.user_id, t.resource_id, t.created_at - p.today)),
  t.user_id,
  t.action,
  t.resource_type,
  t.resource_id,
  CASE WHEN t.in_person THEN ('203.0.113.' || 1 + t.place % 250)::inet END,
  coalesce(t.metadata, '{}'),
  t.created_at,
  least(p.today, t.created_at + interval '1096 days')
FROM sample_plan p
CROSS JOIN sample_trail t
WHERE t.created_at < p.today - interval '1000 days'
ORDER BY t.created_at;
SELECT sample_give('index', 'audit_log%');

-- part: links after: billing, results, summaries, trail
SET LOCAL jit = off;
SELECT sample_give('link', '%');

-- part: plants after: links
SET LOCAL jit = off;
-- planted: - twitter_accounts
-- One account in nine is disconnected; the trail tells who did it and when.

-- planted: token-plain twitter_accounts
-- Written past the functions by a script of the support team: the token as it came, readable, and long enough for the constraint.
UPDATE twitter_accounts
SET access_token_encrypted = convert_to('oauth2-token-written-by-support-script-without-encryption-do-not-copy-this-0001', 'UTF8')
WHERE id = sample_id('account:3');

-- planted: token-tampered twitter_accounts
-- One bit of the ciphertext fell over; everything else about the bytes looks right.
UPDATE twitter_accounts
SET refresh_token_encrypted = set_byte(refresh_token_encrypted, 25, get_byte(refresh_token_encrypted, 25) # 1)
WHERE id = sample_id('account:5');

-- planted: token-iv twitter_accounts
-- The row of one account was copied over another's: authentic, and not its own.
UPDATE twitter_accounts
SET access_token_encrypted = (SELECT o.access_token_encrypted FROM twitter_accounts o WHERE o.id = sample_id('account:7'))
WHERE id = sample_id('account:8');

-- planted: token-expired twitter_accounts
-- The refresh job gave up on two accounts and nobody disconnected them.
UPDATE twitter_accounts t
SET token_expires_at = p.today - interval '9 days', last_synced_at = p.today - interval '9 days 2 hours'
FROM sample_plan p
WHERE t.id IN (sample_id('account:9'), sample_id('account:10'));

-- planted: quota-exceeded api_usage
-- A user on the basic tier whose script polls reports around the limit.
INSERT INTO api_usage (id, user_id, endpoint, method, status_code, response_time_ms, quota_consumed, created_at)
SELECT sample_id('polled:' || n), sample_id('user:2'), '/api/reports', 'POST', 201, 900 + n % 300, 5,
  s.since + (now() - s.since) * (n / 251.0)
FROM sample_plan p
CROSS JOIN generate_series(1, 250) n
CROSS JOIN LATERAL (SELECT greatest(p.today - interval '8 days', date_trunc('month',
  now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') AS since) s;
INSERT INTO api_usage_daily AS d (user_id, day, endpoint, method, calls, errors, quota, avg_ms)
SELECT u.user_id, (u.created_at AT TIME ZONE 'UTC')::date, u.endpoint, u.method, count(*), count(*) FILTER (WHERE u.status_code >= 400),
  sum(u.quota_consumed), round(avg(u.response_time_ms), 1)
FROM api_usage u
WHERE u.user_id = sample_id('user:2') AND u.endpoint = '/api/reports'
GROUP BY 1, 2, 3, 4
ON CONFLICT (user_id, day, endpoint, method) DO UPDATE
SET calls = excluded.calls, errors = excluded.errors, quota = excluded.quota, avg_ms = excluded.avg_ms;

-- planted: subscription-state subscriptions
-- Its renewal was never processed: the webhook below still waits.
UPDATE subscriptions s
SET current_period_end = p.today - interval '12 days', current_period_start = p.today - interval '377 days'
FROM sample_plan p
WHERE s.user_id = sample_id('user:4');

-- planted: webhook-stuck webhook_events
INSERT INTO webhook_events (id, event_type, stripe_event_id, payload, error, created_at)
SELECT
  sample_id('stuck:' || n),
  k.kind,
  'evt_' || substr(md5('stuck' || n), 1, 24),
  jsonb_build_object('object', 'event', 'type', k.kind, 'data', jsonb_build_object('object', jsonb_build_object('customer',
    s.stripe_customer_id, 'subscription', s.stripe_subscription_id))),
  CASE WHEN n > 1 THEN 'subscription belongs to no user' END,
  p.today - interval '12 days' + interval '3 hours' * n
FROM sample_plan p
CROSS JOIN (VALUES (1, 'invoice.paid'), (2, 'customer.subscription.updated'), (3, 'customer.subscription.updated')) k (n, kind)
JOIN subscriptions s ON s.user_id = sample_id('user:4');

-- planted: retention-usage api_usage
-- A partition of an old log, imported after the nightly job had passed it.
INSERT INTO api_usage (id, user_id, endpoint, method, status_code, response_time_ms, created_at)
SELECT sample_id('old:' || n), sample_id('user:6'), '/api/accounts', 'GET', 200, 40 + n, p.today - make_interval(days => 95 + n / 4,
  hours => n % 4)
FROM sample_plan p
CROSS JOIN generate_series(0, 30) n;

-- planted: retention-results analysis_results
-- Results from before the archive was introduced.
INSERT INTO analysis_results (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT sample_id('kept:' || n), a.user_id, a.id, 'Baseline of the first year', 'sonnet', 'growth', '{"tweets": 100, "days": 90}',
  jsonb_build_object('followers', 150 + 10 * n, 'change_pct', 2.5), 2100, p.today - make_interval(days => 380 + n)
FROM sample_plan p
CROSS JOIN generate_series(1, 6) n
JOIN sample_accounts a ON a.j = 2;

-- planted: retention-audit audit_log
INSERT INTO audit_log (id, user_id, action, resource_type, ip_address, metadata, created_at)
SELECT sample_id('kept-trail:' || n), NULL, 'LOGIN', 'session', '198.51.100.7', '{}', p.today - make_interval(days => 1110 + n)
FROM sample_plan p
CROSS JOIN generate_series(1, 9) n;

-- planted: account-owner analysis_results
-- planted: con-not-valid analysis_results
-- The key to the account and its user came later and was never validated: two results of an import stand with a stranger.
ALTER TABLE analysis_results DROP CONSTRAINT analysis_results_account_fkey;
INSERT INTO analysis_results (id, user_id, twitter_account_id, purpose, model_used, analysis_type, input_data, output_data,
  execution_time_ms, created_at)
SELECT sample_id('stranger:' || n), sample_id('user:11'), sample_id('account:12'), 'Monthly report for the sponsor', 'opus', 'engagement',
  '{"tweets": 240, "days": 30}', '{"engagement_rate": 0.0312, "best_hour": 19}', 3400, p.today - make_interval(days => 40 + n)
FROM sample_plan p
CROSS JOIN generate_series(1, 2) n;
ALTER TABLE analysis_results ADD CONSTRAINT analysis_results_account_fkey FOREIGN KEY (twitter_account_id, user_id)
REFERENCES twitter_accounts (id, user_id) ON DELETE CASCADE NOT VALID;

-- planted: archive-columns analysis_results_archive
-- Added to the table and forgotten in its archive.
ALTER TABLE analysis_results ADD COLUMN language text;

-- part: close after: links, plants
SET LOCAL jit = off;
ALTER TABLE users ENABLE TRIGGER USER;
ALTER TABLE twitter_accounts ENABLE TRIGGER USER;
ALTER TABLE subscriptions ENABLE TRIGGER USER;
ALTER TABLE analysis_results ENABLE TRIGGER USER;
DROP FUNCTION sample_take(), sample_give(text, text), sample_pick(bigint, bigint, int), sample_share(bigint, bigint), sample_id(text);
DROP TABLE sample_plan, sample_ddl, sample_users, sample_accounts, sample_places, sample_results, sample_words, sample_trail;

-- part: vacuum after: close outside-transaction
VACUUM (ANALYZE) users;
VACUUM (ANALYZE) twitter_accounts;
VACUUM (ANALYZE) subscriptions;
VACUUM (ANALYZE) webhook_events;
VACUUM (ANALYZE) analysis_results;
VACUUM (ANALYZE) analysis_results_archive;
VACUUM (ANALYZE) audit_log_archive;

-- part: vacuum-usage after: close outside-transaction
VACUUM (ANALYZE) api_usage;
VACUUM (ANALYZE) api_usage_daily;
VACUUM (ANALYZE) audit_log;
