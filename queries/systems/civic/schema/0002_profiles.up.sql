-- Profiles of the users, and what every table of the system shares.
-- Departures that hold for all tables: a column with a list of values or a default is NOT NULL (seed-defects 1.0 #12), columns
-- that say who changed a row become NULL with the login (#15), and removed_at is new: rows removed together carry the same
-- moment, so a restore brings back exactly those.

CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION touch_updated_at() IS 'Sets updated_at.';

CREATE FUNCTION keep_removed_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.removed_at := CASE WHEN NOT NEW.is_active THEN coalesce(NEW.removed_at, clock_timestamp()) END;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION keep_removed_at() IS 'A live row has no moment of removal, and a removed one has.';

CREATE FUNCTION normal_hashtags(p_tags text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(array_agg(d.tag ORDER BY d.place), '{}')
  FROM (
    SELECT
      n.tag,
      min(t.place) AS place
    FROM unnest(p_tags) WITH ORDINALITY t (raw, place)
    CROSS JOIN LATERAL (SELECT lower(ltrim(btrim(t.raw), '#')) AS tag) n
    WHERE n.tag <> ''
    GROUP BY n.tag
  ) d
$$;
COMMENT ON FUNCTION normal_hashtags(text[]) IS 'Lower case, without #, each once, in the order given.';

-- Email and username stay taken when a profile is removed: nobody can pose as who has left, and a restore meets no successor.
CREATE TABLE user_profiles_v2 (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL UNIQUE REFERENCES auth.users (id) ON DELETE CASCADE,
  username varchar(50) NOT NULL UNIQUE,
  display_name varchar(100) NOT NULL,
  email varchar(255) NOT NULL UNIQUE,
  avatar_url text,
  bio text,
  trust_tier varchar(2) NOT NULL DEFAULT 'T0' CHECK (trust_tier IN ('T0', 'T1', 'T2', 'T3')),
  trust_score numeric(5,2) NOT NULL DEFAULT 0.00 CHECK (trust_score BETWEEN 0 AND 100),
  reputation_points integer NOT NULL DEFAULT 0,
  verification_status varchar(20) NOT NULL DEFAULT 'unverified'
    CHECK (verification_status IN ('unverified', 'pending', 'verified', 'rejected')),
  preferences jsonb NOT NULL DEFAULT '{}',
  privacy_settings jsonb NOT NULL DEFAULT '{}',
  social_links jsonb NOT NULL DEFAULT '{}',
  interests jsonb NOT NULL DEFAULT '[]',
  location_data jsonb NOT NULL DEFAULT '{}',
  primary_hashtags text[] NOT NULL DEFAULT '{}',
  followed_hashtags text[] NOT NULL DEFAULT '{}',
  hashtag_preferences jsonb NOT NULL DEFAULT '{}',
  total_polls_created integer NOT NULL DEFAULT 0,
  total_votes_cast integer NOT NULL DEFAULT 0,
  total_engagement_score numeric(10,2) NOT NULL DEFAULT 0,
  last_active_at timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  is_verified boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  last_modified_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  modification_reason text,
  removed_at timestamptz
);
COMMENT ON COLUMN user_profiles_v2.verification_status IS 'unverified, pending, verified or rejected.';

-- Without the seed's idx_user_profiles_v2_username and _email: the constraints have those indexes (seed-defects 1.0 #22).
CREATE INDEX idx_user_profiles_v2_trust_tier ON user_profiles_v2 (trust_tier);
CREATE INDEX idx_user_profiles_v2_trust_score ON user_profiles_v2 (trust_score DESC);
CREATE INDEX idx_user_profiles_v2_verification_status ON user_profiles_v2 (verification_status);
CREATE INDEX idx_user_profiles_v2_last_active ON user_profiles_v2 (last_active_at DESC);
-- With id: the keyset order of the list.
CREATE INDEX idx_user_profiles_v2_created_at ON user_profiles_v2 (created_at DESC, id DESC);
CREATE INDEX idx_user_profiles_v2_preferences ON user_profiles_v2 USING gin (preferences);
CREATE INDEX idx_user_profiles_v2_interests ON user_profiles_v2 USING gin (interests);
CREATE INDEX idx_user_profiles_v2_primary_hashtags ON user_profiles_v2 USING gin (primary_hashtags);
CREATE INDEX idx_user_profiles_v2_followed_hashtags ON user_profiles_v2 USING gin (followed_hashtags);
CREATE INDEX idx_user_profiles_v2_verified ON user_profiles_v2 (trust_score DESC) WHERE is_verified;
CREATE INDEX idx_user_profiles_v2_created_by ON user_profiles_v2 (created_by);
CREATE INDEX idx_user_profiles_v2_last_modified_by ON user_profiles_v2 (last_modified_by);
CREATE INDEX idx_user_profiles_v2_removed ON user_profiles_v2 (removed_at DESC, id DESC) WHERE NOT is_active;

CREATE FUNCTION normalise_profile() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  NEW.primary_hashtags := normal_hashtags(NEW.primary_hashtags);
  NEW.followed_hashtags := normal_hashtags(NEW.followed_hashtags);
  RETURN NEW;
END
$$;

CREATE TRIGGER profile_hashtags BEFORE INSERT OR UPDATE OF primary_hashtags, followed_hashtags ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION normalise_profile();
CREATE TRIGGER profile_removed_at BEFORE INSERT OR UPDATE OF is_active, removed_at ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION keep_removed_at();
-- Counters and the moment of the last visit are no change of the profile.
CREATE TRIGGER profile_updated_at BEFORE UPDATE OF
  username, display_name, email, avatar_url, bio, trust_tier, trust_score, reputation_points, verification_status, preferences,
  privacy_settings, social_links, interests, location_data, primary_hashtags, followed_hashtags, hashtag_preferences, is_active,
  is_verified, last_modified_by, modification_reason
ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Who acts for the operator: the service role, and a session without claims whose role could read every row anyway. Inside a
-- definer function current_user is the owner, so the role that was set, else the one that logged in, decides.
CREATE FUNCTION is_trusted() RETURNS boolean
LANGUAGE sql STABLE
SET search_path FROM CURRENT
AS $$
  SELECT coalesce(bool_or(
    coalesce(pg_has_role(r.oid, to_regrole('service_role'), 'USAGE') AND NOT r.rolsuper, false)
    OR (auth.uid() IS NULL AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE')))
  ), false)
  FROM pg_roles r
  JOIN pg_class c ON c.oid = 'user_profiles_v2'::regclass
  WHERE r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
$$;
COMMENT ON FUNCTION is_trusted() IS 'The session acts for the operator, not for a user of the application.';

-- An address that a user only claims would keep its owner out, and lend its name to who claims it.
CREATE FUNCTION take_login_email() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF is_trusted() THEN
    RETURN NEW;
  END IF;
  NEW.email := NULL;
  IF has_column_privilege('auth.users', 'id', 'SELECT') AND has_column_privilege('auth.users', 'email', 'SELECT') THEN
    NEW.email := (SELECT u.email FROM auth.users u WHERE u.id = NEW.user_id);
  END IF;
  -- Where the owner does not see the logins, their tokens say it.
  IF NEW.email IS NULL AND NEW.user_id = auth.uid() THEN
    NEW.email := auth.jwt() ->> 'email';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER profile_email BEFORE INSERT OR UPDATE OF email ON user_profiles_v2
FOR EACH ROW EXECUTE FUNCTION take_login_email();
