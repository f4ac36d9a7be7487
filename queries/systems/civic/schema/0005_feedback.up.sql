-- Feedback. The scores have the range that their names say; the seed takes -9.99 for each (seed-defects 1.0 #25).

CREATE TABLE feedback_v2 (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  title varchar(255) NOT NULL,
  description text NOT NULL,
  feedback_type varchar(20) NOT NULL DEFAULT 'general'
    CHECK (feedback_type IN ('bug', 'feature', 'general', 'performance', 'accessibility', 'security')),
  category varchar(50),
  priority varchar(10) NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  status varchar(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'resolved', 'closed', 'duplicate')),
  assigned_to uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  resolved_at timestamptz,
  resolved_by uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  ai_analysis jsonb NOT NULL DEFAULT '{}',
  sentiment_score numeric(3,2) NOT NULL DEFAULT 0.00 CHECK (sentiment_score BETWEEN -1 AND 1),
  urgency_score numeric(3,2) NOT NULL DEFAULT 0.00 CHECK (urgency_score BETWEEN 0 AND 1),
  complexity_score numeric(3,2) NOT NULL DEFAULT 0.00 CHECK (complexity_score BETWEEN 0 AND 1),
  suggested_actions jsonb NOT NULL DEFAULT '[]',
  user_journey jsonb NOT NULL DEFAULT '{}',
  device_info jsonb NOT NULL DEFAULT '{}',
  browser_info jsonb NOT NULL DEFAULT '{}',
  performance_data jsonb NOT NULL DEFAULT '{}',
  attachments jsonb NOT NULL DEFAULT '[]',
  screenshots jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  is_active boolean NOT NULL DEFAULT true,
  is_public boolean NOT NULL DEFAULT false,
  removed_at timestamptz
);
CREATE INDEX idx_feedback_v2_user_id ON feedback_v2 (user_id);
CREATE INDEX idx_feedback_v2_feedback_type ON feedback_v2 (feedback_type);
CREATE INDEX idx_feedback_v2_status ON feedback_v2 (status);
CREATE INDEX idx_feedback_v2_priority ON feedback_v2 (priority);
CREATE INDEX idx_feedback_v2_assigned_to ON feedback_v2 (assigned_to);
CREATE INDEX idx_feedback_v2_resolved_by ON feedback_v2 (resolved_by);
-- With id: the keyset order of the list.
CREATE INDEX idx_feedback_v2_created_at ON feedback_v2 (created_at DESC, id DESC);
CREATE INDEX idx_feedback_v2_sentiment_score ON feedback_v2 (sentiment_score DESC);
CREATE INDEX idx_feedback_v2_urgency_score ON feedback_v2 (urgency_score DESC);
CREATE INDEX idx_feedback_v2_ai_analysis ON feedback_v2 USING gin (ai_analysis);
CREATE INDEX idx_feedback_v2_user_journey ON feedback_v2 USING gin (user_journey);
CREATE INDEX idx_feedback_v2_device_info ON feedback_v2 USING gin (device_info);
CREATE INDEX idx_feedback_v2_attachments ON feedback_v2 USING gin (attachments);
CREATE INDEX idx_feedback_v2_removed ON feedback_v2 (removed_at DESC, id DESC) WHERE NOT is_active;

CREATE TRIGGER feedback_removed_at BEFORE INSERT OR UPDATE OF is_active, removed_at ON feedback_v2
FOR EACH ROW EXECUTE FUNCTION keep_removed_at();
CREATE TRIGGER feedback_updated_at BEFORE UPDATE ON feedback_v2
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
