-- What the models found.

CREATE TABLE analysis_results (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  twitter_account_id uuid NOT NULL,
  -- An index row holds no more than 2704 bytes; the seed's purpose has no limit and its INSERT fails (seed-defects 1.4 #15).
  purpose text NOT NULL CHECK (length(purpose) <= 500),
  model_used text NOT NULL CHECK (model_used IN ('sonnet', 'opus')),
  analysis_type text NOT NULL CHECK (analysis_type IN (
    'sentiment', 'engagement', 'growth', 'content_analysis', 'trend_detection', 'risk_assessment'
  )),
  input_data jsonb NOT NULL,
  output_data jsonb NOT NULL,
  -- The seed's rule: a run of less than a millisecond counts as one.
  execution_time_ms integer NOT NULL CHECK (execution_time_ms > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- The seed refers to the account alone, so that a result of one user may hang on the account of another (seed-defects 1.4 #21).
  CONSTRAINT analysis_results_account_fkey FOREIGN KEY (twitter_account_id, user_id)
    REFERENCES twitter_accounts (id, user_id) ON DELETE CASCADE
);
-- One index for the user's latest results, which two of the seed's cannot answer together (seed-defects 1.4 #14). It takes the place
-- of idx_analysis_results_user_id.
CREATE INDEX idx_analysis_results_user_date ON analysis_results (user_id, created_at DESC, id DESC);
CREATE INDEX idx_analysis_results_twitter_account_id ON analysis_results (twitter_account_id, user_id);
CREATE INDEX idx_analysis_results_created_at ON analysis_results (created_at DESC, id DESC);
CREATE INDEX idx_analysis_results_analysis_type ON analysis_results (analysis_type);
CREATE INDEX idx_analysis_results_model_used ON analysis_results (model_used);
CREATE INDEX idx_analysis_results_purpose ON analysis_results (purpose);
CREATE INDEX idx_analysis_results_output_gin ON analysis_results USING gin (output_data);
