-- Figures about users and polls: one row for each (seed-defects 1.0 #24).

CREATE TABLE user_analytics (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL UNIQUE REFERENCES auth.users (id) ON DELETE CASCADE,
  total_sessions integer NOT NULL DEFAULT 0,
  total_page_views integer NOT NULL DEFAULT 0,
  total_time_spent integer NOT NULL DEFAULT 0,
  average_session_duration numeric(10,2) NOT NULL DEFAULT 0,
  polls_created integer NOT NULL DEFAULT 0,
  votes_cast integer NOT NULL DEFAULT 0,
  polls_viewed integer NOT NULL DEFAULT 0,
  hashtags_followed integer NOT NULL DEFAULT 0,
  hashtags_created integer NOT NULL DEFAULT 0,
  hashtag_interactions integer NOT NULL DEFAULT 0,
  trust_score numeric(5,2) NOT NULL DEFAULT 0.00 CHECK (trust_score BETWEEN 0 AND 100),
  reputation_points integer NOT NULL DEFAULT 0,
  verification_level integer NOT NULL DEFAULT 0,
  engagement_patterns jsonb NOT NULL DEFAULT '{}',
  behavior_insights jsonb NOT NULL DEFAULT '{}',
  performance_metrics jsonb NOT NULL DEFAULT '{}',
  last_updated timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE poll_analytics (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  poll_id uuid NOT NULL UNIQUE REFERENCES polls_v2 (id) ON DELETE CASCADE,
  total_views integer NOT NULL DEFAULT 0,
  total_votes integer NOT NULL DEFAULT 0,
  unique_voters integer NOT NULL DEFAULT 0,
  completion_rate numeric(5,2) NOT NULL DEFAULT 0.00,
  average_time_spent integer NOT NULL DEFAULT 0,
  bounce_rate numeric(5,2) NOT NULL DEFAULT 0.00,
  engagement_score numeric(10,2) NOT NULL DEFAULT 0.00,
  hashtag_views integer NOT NULL DEFAULT 0,
  hashtag_clicks integer NOT NULL DEFAULT 0,
  hashtag_shares integer NOT NULL DEFAULT 0,
  demographic_breakdown jsonb NOT NULL DEFAULT '{}',
  geographic_distribution jsonb NOT NULL DEFAULT '{}',
  device_breakdown jsonb NOT NULL DEFAULT '{}',
  time_series_data jsonb NOT NULL DEFAULT '{}',
  last_updated timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Ours, not the seed's: the list of polls shows the votes of every option, and counting a hundred thousand of them for each
-- look at it takes too long. In a ranked poll an option counts where it is the first choice.
CREATE TABLE poll_tallies (
  poll_id uuid NOT NULL REFERENCES polls_v2 (id) ON DELETE CASCADE,
  option_id text NOT NULL,
  votes integer NOT NULL DEFAULT 0,
  PRIMARY KEY (poll_id, option_id)
);
COMMENT ON TABLE poll_tallies IS 'Live votes of each option that has had one. Kept by triggers of votes_v2.';
