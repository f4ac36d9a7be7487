-- A database as Rails makes it, with paranoia's deleted_at and the small sins such databases have. No check may find an
-- error here, and every warning has to be one a reviewer would agree with.
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
CREATE TABLE accounts (
  id bigserial PRIMARY KEY,
  name varchar NOT NULL,
  subdomain varchar NOT NULL,
  users_count integer NOT NULL DEFAULT 0,
  created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL
);
CREATE UNIQUE INDEX index_accounts_on_subdomain ON accounts (subdomain);
-- Unique over deleted users as well: an address cannot sign up twice.
CREATE TABLE users (
  id bigserial PRIMARY KEY,
  account_id bigint NOT NULL,
  email varchar NOT NULL DEFAULT '',
  encrypted_password varchar NOT NULL DEFAULT '',
  reset_password_token varchar,
  created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL,
  deleted_at timestamp(6)
);
CREATE UNIQUE INDEX index_users_on_email ON users (email);
CREATE UNIQUE INDEX index_users_on_reset_password_token ON users (reset_password_token) WHERE deleted_at IS NULL;
CREATE INDEX index_users_on_account_id ON users (account_id);
CREATE INDEX index_users_on_deleted_at ON users (deleted_at);
ALTER TABLE users ADD CONSTRAINT fk_rails_61ac11da2b FOREIGN KEY (account_id) REFERENCES accounts (id);
-- One index for a column alone, one that begins with it.
CREATE TABLE posts (
  id bigserial PRIMARY KEY,
  user_id bigint NOT NULL,
  title varchar NOT NULL,
  slug varchar NOT NULL,
  body text,
  comments_count integer NOT NULL DEFAULT 0,
  published_at timestamp(6),
  created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL,
  deleted_at timestamp(6)
);
CREATE UNIQUE INDEX index_posts_on_slug ON posts (slug) WHERE deleted_at IS NULL;
CREATE INDEX index_posts_on_user_id ON posts (user_id);
CREATE INDEX index_posts_on_user_id_and_published_at ON posts (user_id, published_at);
ALTER TABLE posts ADD CONSTRAINT fk_rails_5b5ddfd518 FOREIGN KEY (user_id) REFERENCES users (id);
-- Indexed for live rows only, author_id not at all, and an int beside the bigint it points at.
CREATE TABLE comments (
  id bigserial PRIMARY KEY,
  post_id bigint NOT NULL,
  author_id integer NOT NULL,
  body text NOT NULL,
  created_at timestamp(6) NOT NULL,
  updated_at timestamp(6) NOT NULL,
  deleted_at timestamp(6)
);
CREATE INDEX index_comments_on_post_id ON comments (post_id) WHERE deleted_at IS NULL;
ALTER TABLE comments ADD CONSTRAINT fk_rails_2fd19c0db7 FOREIGN KEY (post_id) REFERENCES posts (id);
ALTER TABLE comments ADD CONSTRAINT fk_rails_b84f5d1f1a FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;
-- Polymorphic, so without a foreign key; the join table has no key at all.
CREATE TABLE taggings (
  id bigserial PRIMARY KEY,
  tag varchar NOT NULL,
  taggable_type varchar NOT NULL,
  taggable_id bigint NOT NULL,
  created_at timestamp(6) NOT NULL
);
CREATE INDEX index_taggings_on_taggable ON taggings (taggable_type, taggable_id);
CREATE INDEX index_taggings_on_taggable_type_and_taggable_id ON taggings (taggable_type, taggable_id);
CREATE TABLE accounts_features (account_id bigint NOT NULL, feature varchar NOT NULL);
CREATE INDEX index_accounts_features_on_account_id ON accounts_features (account_id);
-- What was deleted for good: never NULL here, and that is right.
CREATE TABLE deletions (id bigserial PRIMARY KEY, record_type varchar NOT NULL, record_id bigint NOT NULL, deleted_at timestamp(6) NOT NULL DEFAULT now());
INSERT INTO accounts (name, subdomain, created_at, updated_at) SELECT 'Account ' || n, 'a' || n, now(), now() FROM generate_series(1, 50) n;
INSERT INTO users (account_id, email, created_at, updated_at, deleted_at)
SELECT 1 + n % 50, 'u' || n || '@rails.example', now(), now(), CASE WHEN n % 10 = 0 THEN now() END FROM generate_series(1, 3000) n;
INSERT INTO posts (user_id, title, slug, body, created_at, updated_at) SELECT 1 + n % 3000, 'Post ' || n, 'post-' || n, repeat('words ', 30), now(), now() FROM generate_series(1, 6000) n;
INSERT INTO comments (post_id, author_id, body, created_at, updated_at) SELECT 1 + n % 6000, 1 + n % 3000, repeat('reply ', 10), now(), now() FROM generate_series(1, 20000) n;
INSERT INTO taggings (tag, taggable_type, taggable_id, created_at) SELECT 'tag' || n % 9, 'Post', 1 + n % 6000, now() FROM generate_series(1, 3000) n;
ANALYZE;
