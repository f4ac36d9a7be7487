-- seed-defects 1.0 #26: hashtags are kept in one spelling, and the primary one is among them
INSERT INTO auth.users (id, email) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a@example.com'),
  ('b0000000-0000-4000-8000-000000000001', 'b@example.com');

INSERT INTO polls_v2 (title, options, created_by, start_time, end_time, hashtags, primary_hashtag)
VALUES ('Tagged', '["yes", "no"]', 'a0000000-0000-4000-8000-000000000001', now(), now() + interval '1 day', '{Foo,foo,"#foo"}', '#Foo');
DO $$
BEGIN
  IF NOT coalesce((SELECT hashtags = '{foo}' AND primary_hashtag = 'foo' FROM polls_v2), false) THEN
    RAISE EXCEPTION 'defect: hashtags are kept as they came';
  END IF;
END
$$;
DO $$
BEGIN
  UPDATE polls_v2 SET primary_hashtag = 'bar';
  RAISE EXCEPTION 'defect: the primary hashtag is none of the hashtags';
EXCEPTION WHEN check_violation THEN
  NULL;
END
$$;
