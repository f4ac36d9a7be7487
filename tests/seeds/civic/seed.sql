-- The civic document's own SQL in working order, as a fixture: every file in defects/ has to fail on it. Run it with search_path
-- set to an empty schema. Added are what it presupposes, the stand-in for auth and the grants of a Supabase database. Left out
-- are the three statements that fail: votes_v2_partitioned, its partition votes_v2_2025_01, and idx_votes_v2_recent.

DO $$
BEGIN
  IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF;
  IF to_regrole('authenticated') IS NULL THEN CREATE ROLE authenticated NOLOGIN; END IF;
  IF to_regrole('service_role') IS NULL THEN CREATE ROLE service_role NOLOGIN BYPASSRLS; END IF;
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text);
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
      $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $f$;
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $f$ SELECT auth.jwt() ->> 'role' $f$;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;
END
$$;

CREATE TABLE user_profiles_v2 (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE UNIQUE NOT NULL,
  username VARCHAR(50) UNIQUE NOT NULL,
  display_name VARCHAR(100) NOT NULL,
  email VARCHAR(255) UNIQUE NOT NULL,
  avatar_url TEXT,
  bio TEXT,
  trust_tier VARCHAR(2) DEFAULT 'T0' CHECK (trust_tier IN ('T0', 'T1', 'T2', 'T3')),
  trust_score DECIMAL(5,2) DEFAULT 0.00 CHECK (trust_score >= 0 AND trust_score <= 100),
  reputation_points INTEGER DEFAULT 0,
  verification_status VARCHAR(20) DEFAULT 'unverified',
  preferences JSONB DEFAULT '{}'::jsonb,
  privacy_settings JSONB DEFAULT '{}'::jsonb,
  social_links JSONB DEFAULT '{}'::jsonb,
  interests JSONB DEFAULT '[]'::jsonb,
  location_data JSONB DEFAULT '{}'::jsonb,
  primary_hashtags TEXT[] DEFAULT '{}',
  followed_hashtags TEXT[] DEFAULT '{}',
  hashtag_preferences JSONB DEFAULT '{}'::jsonb,
  total_polls_created INTEGER DEFAULT 0,
  total_votes_cast INTEGER DEFAULT 0,
  total_engagement_score DECIMAL(10,2) DEFAULT 0,
  last_active_at TIMESTAMP WITH TIME ZONE,
  is_active BOOLEAN DEFAULT true,
  is_verified BOOLEAN DEFAULT false,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  created_by UUID REFERENCES auth.users(id),
  last_modified_by UUID REFERENCES auth.users(id),
  modification_reason TEXT
);

CREATE INDEX idx_user_profiles_v2_username ON user_profiles_v2(username);
CREATE INDEX idx_user_profiles_v2_email ON user_profiles_v2(email);
CREATE INDEX idx_user_profiles_v2_trust_tier ON user_profiles_v2(trust_tier);
CREATE INDEX idx_user_profiles_v2_trust_score ON user_profiles_v2(trust_score DESC);
CREATE INDEX idx_user_profiles_v2_verification_status ON user_profiles_v2(verification_status);
CREATE INDEX idx_user_profiles_v2_last_active ON user_profiles_v2(last_active_at DESC);
CREATE INDEX idx_user_profiles_v2_created_at ON user_profiles_v2(created_at DESC);
CREATE INDEX idx_user_profiles_v2_preferences ON user_profiles_v2 USING GIN (preferences);
CREATE INDEX idx_user_profiles_v2_interests ON user_profiles_v2 USING GIN (interests);
CREATE INDEX idx_user_profiles_v2_primary_hashtags ON user_profiles_v2 USING GIN (primary_hashtags);
CREATE INDEX idx_user_profiles_v2_followed_hashtags ON user_profiles_v2 USING GIN (followed_hashtags);

CREATE TABLE polls_v2 (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  title VARCHAR(255) NOT NULL,
  description TEXT,
  options JSONB NOT NULL,
  voting_method VARCHAR(20) DEFAULT 'single' CHECK (voting_method IN ('single', 'multiple', 'ranked', 'approval')),
  created_by UUID REFERENCES auth.users(id) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  start_time TIMESTAMP WITH TIME ZONE NOT NULL,
  end_time TIMESTAMP WITH TIME ZONE NOT NULL,
  status VARCHAR(20) DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'closed', 'archived')),
  privacy_level VARCHAR(20) DEFAULT 'public' CHECK (privacy_level IN ('public', 'private', 'high-privacy')),
  access_control JSONB DEFAULT '{}'::jsonb,
  hashtags TEXT[] DEFAULT '{}',
  primary_hashtag VARCHAR(50),
  category VARCHAR(50),
  tags TEXT[] DEFAULT '{}',
  total_votes INTEGER DEFAULT 0,
  total_views INTEGER DEFAULT 0,
  engagement_score DECIMAL(10,2) DEFAULT 0,
  trending_score DECIMAL(10,2) DEFAULT 0,
  is_trending BOOLEAN DEFAULT false,
  is_featured BOOLEAN DEFAULT false,
  poll_settings JSONB DEFAULT '{}'::jsonb,
  analytics_data JSONB DEFAULT '{}'::jsonb,
  moderation_data JSONB DEFAULT '{}'::jsonb,
  is_active BOOLEAN DEFAULT true,
  is_verified BOOLEAN DEFAULT false,
  last_modified_by UUID REFERENCES auth.users(id),
  modification_reason TEXT
);

CREATE INDEX idx_polls_v2_created_by ON polls_v2(created_by);
CREATE INDEX idx_polls_v2_status ON polls_v2(status);
CREATE INDEX idx_polls_v2_privacy_level ON polls_v2(privacy_level);
CREATE INDEX idx_polls_v2_start_time ON polls_v2(start_time);
CREATE INDEX idx_polls_v2_end_time ON polls_v2(end_time);
CREATE INDEX idx_polls_v2_created_at ON polls_v2(created_at DESC);
CREATE INDEX idx_polls_v2_total_votes ON polls_v2(total_votes DESC);
CREATE INDEX idx_polls_v2_engagement_score ON polls_v2(engagement_score DESC);
CREATE INDEX idx_polls_v2_trending_score ON polls_v2(trending_score DESC);
CREATE INDEX idx_polls_v2_is_trending ON polls_v2(is_trending) WHERE is_trending = true;
CREATE INDEX idx_polls_v2_is_featured ON polls_v2(is_featured) WHERE is_featured = true;
CREATE INDEX idx_polls_v2_hashtags ON polls_v2 USING GIN (hashtags);
CREATE INDEX idx_polls_v2_tags ON polls_v2 USING GIN (tags);
CREATE INDEX idx_polls_v2_options ON polls_v2 USING GIN (options);
CREATE INDEX idx_polls_v2_poll_settings ON polls_v2 USING GIN (poll_settings);
CREATE INDEX idx_polls_v2_analytics_data ON polls_v2 USING GIN (analytics_data);
CREATE INDEX idx_polls_v2_status_active ON polls_v2(status, start_time, end_time) WHERE status = 'active';
CREATE INDEX idx_polls_v2_trending ON polls_v2(is_trending, trending_score DESC) WHERE is_trending = true;
CREATE INDEX idx_polls_v2_hashtag_trending ON polls_v2 USING GIN (hashtags) WHERE is_trending = true;

CREATE TABLE votes_v2 (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  poll_id UUID REFERENCES polls_v2(id) ON DELETE CASCADE NOT NULL,
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE NOT NULL,
  selected_options JSONB NOT NULL,
  vote_weight DECIMAL(5,2) DEFAULT 1.00,
  vote_confidence DECIMAL(5,2) DEFAULT 1.00,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  ip_address INET,
  user_agent TEXT,
  session_id UUID,
  device_fingerprint TEXT,
  time_spent_seconds INTEGER DEFAULT 0,
  page_views INTEGER DEFAULT 1,
  engagement_actions JSONB DEFAULT '[]'::jsonb,
  is_verified BOOLEAN DEFAULT false,
  verification_method VARCHAR(20),
  trust_score_at_vote DECIMAL(5,2),
  vote_metadata JSONB DEFAULT '{}'::jsonb,
  analytics_data JSONB DEFAULT '{}'::jsonb,
  is_active BOOLEAN DEFAULT true,
  UNIQUE(poll_id, user_id)
);

CREATE INDEX idx_votes_v2_poll_id ON votes_v2(poll_id);
CREATE INDEX idx_votes_v2_user_id ON votes_v2(user_id);
CREATE INDEX idx_votes_v2_created_at ON votes_v2(created_at DESC);
CREATE INDEX idx_votes_v2_is_verified ON votes_v2(is_verified) WHERE is_verified = true;
CREATE INDEX idx_votes_v2_trust_score ON votes_v2(trust_score_at_vote DESC);
CREATE INDEX idx_votes_v2_session_id ON votes_v2(session_id);
CREATE INDEX idx_votes_v2_selected_options ON votes_v2 USING GIN (selected_options);
CREATE INDEX idx_votes_v2_engagement_actions ON votes_v2 USING GIN (engagement_actions);
CREATE INDEX idx_votes_v2_vote_metadata ON votes_v2 USING GIN (vote_metadata);
CREATE INDEX idx_votes_v2_analytics_data ON votes_v2 USING GIN (analytics_data);
CREATE INDEX idx_votes_v2_poll_user ON votes_v2(poll_id, user_id);
CREATE INDEX idx_votes_v2_poll_created ON votes_v2(poll_id, created_at DESC);

CREATE TABLE feedback_v2 (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES auth.users(id) ON DELETE SET NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT NOT NULL,
  feedback_type VARCHAR(20) DEFAULT 'general' CHECK (feedback_type IN ('bug', 'feature', 'general', 'performance', 'accessibility', 'security')),
  category VARCHAR(50),
  priority VARCHAR(10) DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  status VARCHAR(20) DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'resolved', 'closed', 'duplicate')),
  assigned_to UUID REFERENCES auth.users(id),
  resolved_at TIMESTAMP WITH TIME ZONE,
  resolved_by UUID REFERENCES auth.users(id),
  ai_analysis JSONB DEFAULT '{}'::jsonb,
  sentiment_score DECIMAL(3,2) DEFAULT 0.00,
  urgency_score DECIMAL(3,2) DEFAULT 0.00,
  complexity_score DECIMAL(3,2) DEFAULT 0.00,
  suggested_actions JSONB DEFAULT '[]'::jsonb,
  user_journey JSONB DEFAULT '{}'::jsonb,
  device_info JSONB DEFAULT '{}'::jsonb,
  browser_info JSONB DEFAULT '{}'::jsonb,
  performance_data JSONB DEFAULT '{}'::jsonb,
  attachments JSONB DEFAULT '[]'::jsonb,
  screenshots JSONB DEFAULT '[]'::jsonb,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  is_active BOOLEAN DEFAULT true,
  is_public BOOLEAN DEFAULT false
);

CREATE INDEX idx_feedback_v2_user_id ON feedback_v2(user_id);
CREATE INDEX idx_feedback_v2_feedback_type ON feedback_v2(feedback_type);
CREATE INDEX idx_feedback_v2_status ON feedback_v2(status);
CREATE INDEX idx_feedback_v2_priority ON feedback_v2(priority);
CREATE INDEX idx_feedback_v2_assigned_to ON feedback_v2(assigned_to);
CREATE INDEX idx_feedback_v2_created_at ON feedback_v2(created_at DESC);
CREATE INDEX idx_feedback_v2_sentiment_score ON feedback_v2(sentiment_score DESC);
CREATE INDEX idx_feedback_v2_urgency_score ON feedback_v2(urgency_score DESC);
CREATE INDEX idx_feedback_v2_ai_analysis ON feedback_v2 USING GIN (ai_analysis);
CREATE INDEX idx_feedback_v2_user_journey ON feedback_v2 USING GIN (user_journey);
CREATE INDEX idx_feedback_v2_device_info ON feedback_v2 USING GIN (device_info);
CREATE INDEX idx_feedback_v2_attachments ON feedback_v2 USING GIN (attachments);

CREATE TABLE user_analytics (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE NOT NULL,
  total_sessions INTEGER DEFAULT 0,
  total_page_views INTEGER DEFAULT 0,
  total_time_spent INTEGER DEFAULT 0,
  average_session_duration DECIMAL(10,2) DEFAULT 0,
  polls_created INTEGER DEFAULT 0,
  votes_cast INTEGER DEFAULT 0,
  polls_viewed INTEGER DEFAULT 0,
  hashtags_followed INTEGER DEFAULT 0,
  hashtags_created INTEGER DEFAULT 0,
  hashtag_interactions INTEGER DEFAULT 0,
  trust_score DECIMAL(5,2) DEFAULT 0.00,
  reputation_points INTEGER DEFAULT 0,
  verification_level INTEGER DEFAULT 0,
  engagement_patterns JSONB DEFAULT '{}'::jsonb,
  behavior_insights JSONB DEFAULT '{}'::jsonb,
  performance_metrics JSONB DEFAULT '{}'::jsonb,
  last_updated TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TABLE poll_analytics (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  poll_id UUID REFERENCES polls_v2(id) ON DELETE CASCADE NOT NULL,
  total_views INTEGER DEFAULT 0,
  total_votes INTEGER DEFAULT 0,
  unique_voters INTEGER DEFAULT 0,
  completion_rate DECIMAL(5,2) DEFAULT 0.00,
  average_time_spent INTEGER DEFAULT 0,
  bounce_rate DECIMAL(5,2) DEFAULT 0.00,
  engagement_score DECIMAL(10,2) DEFAULT 0.00,
  hashtag_views INTEGER DEFAULT 0,
  hashtag_clicks INTEGER DEFAULT 0,
  hashtag_shares INTEGER DEFAULT 0,
  demographic_breakdown JSONB DEFAULT '{}'::jsonb,
  geographic_distribution JSONB DEFAULT '{}'::jsonb,
  device_breakdown JSONB DEFAULT '{}'::jsonb,
  time_series_data JSONB DEFAULT '{}'::jsonb,
  last_updated TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE MATERIALIZED VIEW poll_stats AS
SELECT
  p.id,
  p.title,
  p.total_votes,
  p.engagement_score,
  COUNT(v.id) as actual_votes,
  AVG(v.vote_confidence) as avg_confidence
FROM polls_v2 p
LEFT JOIN votes_v2 v ON p.id = v.poll_id
GROUP BY p.id, p.title, p.total_votes, p.engagement_score;

CREATE OR REPLACE FUNCTION refresh_poll_stats()
RETURNS void AS $$
BEGIN
  REFRESH MATERIALIZED VIEW CONCURRENTLY poll_stats;
END;
$$ LANGUAGE plpgsql;

CREATE INDEX idx_polls_v2_active ON polls_v2(created_at DESC) WHERE status = 'active';
CREATE INDEX idx_user_profiles_v2_verified ON user_profiles_v2(trust_score DESC) WHERE is_verified = true;

ALTER TABLE user_profiles_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE polls_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE votes_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_v2 ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users can view public profiles" ON user_profiles_v2
  FOR SELECT USING (is_active = true);
CREATE POLICY "Users can update their own profile" ON user_profiles_v2
  FOR UPDATE USING (auth.uid() = user_id);
CREATE POLICY "Users can view public polls" ON polls_v2
  FOR SELECT USING (privacy_level = 'public' AND is_active = true);
CREATE POLICY "Users can create polls" ON polls_v2
  FOR INSERT WITH CHECK (auth.uid() = created_by);

CREATE TABLE audit_logs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  table_name VARCHAR(50) NOT NULL,
  record_id UUID NOT NULL,
  operation VARCHAR(10) NOT NULL,
  old_values JSONB,
  new_values JSONB,
  user_id UUID REFERENCES auth.users(id),
  ip_address INET,
  user_agent TEXT,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
END
$$;
