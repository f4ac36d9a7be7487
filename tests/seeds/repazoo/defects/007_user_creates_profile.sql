-- seed-defects 1.4 #7: a user inserts his own profile
INSERT INTO auth.users (id, email) VALUES ('a0000000-0000-4000-8000-000000000001', 'a@example.com');

SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
INSERT INTO users (id, email) VALUES (auth.uid(), 'a@example.com');
