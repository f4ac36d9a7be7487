-- What is known of markets. A market insight or engagement signal without user and organization is for everybody; that is why a
-- delete takes the rows along instead of clearing the column.

CREATE TABLE market_insights (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  industry text NOT NULL,
  market_size jsonb NOT NULL DEFAULT '{}',
  growth_rate jsonb NOT NULL DEFAULT '{}',
  competition jsonb NOT NULL DEFAULT '{}',
  sentiment jsonb NOT NULL DEFAULT '{}',
  full_insight text,
  data_sources jsonb NOT NULL DEFAULT '{}',
  confidence_score numeric(3,2) CHECK (confidence_score BETWEEN 0 AND 1),
  ai_model_version text,
  source text NOT NULL DEFAULT 'ai_generated',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT market_insights_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_market_insights_user ON market_insights (user_id);
CREATE INDEX idx_market_insights_org ON market_insights (organization_id, user_id);
CREATE INDEX idx_market_insights_industry ON market_insights (industry);
CREATE INDEX idx_market_insights_created ON market_insights (created_at DESC);
CREATE INDEX idx_market_insights_sentiment_gin ON market_insights USING gin (sentiment);

CREATE TABLE business_trends (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL,
  insight text NOT NULL,
  industry text,
  trend_type text NOT NULL DEFAULT 'business',
  source text NOT NULL DEFAULT 'ai_generated',
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_business_trends_industry ON business_trends (industry);
CREATE INDEX idx_business_trends_type ON business_trends (trend_type);
CREATE INDEX idx_business_trends_created ON business_trends (created_at DESC);

-- signal_score goes to 100: the seed's own migration writes 75.0, which its numeric(3,2) refuses (seed-defects 1.1 #11, #12).
CREATE TABLE engagement_intelligence (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  signal_score numeric(5,2) CHECK (signal_score BETWEEN 0 AND 100),
  engagement_metrics jsonb NOT NULL DEFAULT '{}',
  customer_sentiment jsonb NOT NULL DEFAULT '{}',
  recommendations text[],
  insights text,
  source text NOT NULL DEFAULT 'ai_generated',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT engagement_intelligence_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_engagement_intelligence_user ON engagement_intelligence (user_id);
CREATE INDEX idx_engagement_intelligence_org ON engagement_intelligence (organization_id, user_id);
CREATE INDEX idx_engagement_intelligence_score ON engagement_intelligence (signal_score);

CREATE TABLE news_feed (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL,
  url text,
  source text,
  published_at timestamptz,
  category text,
  relevance_score numeric(3,2) CONSTRAINT news_feed_relevance_score_check CHECK (relevance_score BETWEEN 0 AND 1),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_news_feed_source ON news_feed (source);
CREATE INDEX idx_news_feed_category ON news_feed (category);
CREATE INDEX idx_news_feed_published ON news_feed (published_at DESC);
CREATE INDEX idx_news_feed_relevance ON news_feed (relevance_score DESC);

CREATE TRIGGER update_market_insights_updated_at BEFORE UPDATE ON market_insights
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER update_engagement_intelligence_updated_at BEFORE UPDATE ON engagement_intelligence
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
