-- Growth levers, simulations and how far people got.

CREATE TABLE growth_levers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  levers text[] NOT NULL,
  priority_scores jsonb NOT NULL DEFAULT '{}',
  implementation_plan jsonb NOT NULL DEFAULT '{}',
  roi_estimates jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'suggested' CHECK (status IN ('suggested', 'accepted', 'in_progress', 'done', 'rejected')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Progress refers to both.
  UNIQUE (id, user_id),
  CONSTRAINT growth_levers_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_growth_levers_user ON growth_levers (user_id);
CREATE INDEX idx_growth_levers_org ON growth_levers (organization_id, user_id);
CREATE INDEX idx_growth_levers_status ON growth_levers (status);

CREATE TABLE simulations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  simulation_type text NOT NULL,
  input_data jsonb NOT NULL,
  output_data jsonb,
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  CONSTRAINT simulations_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_simulations_user ON simulations (user_id);
CREATE INDEX idx_simulations_org ON simulations (organization_id, user_id);
CREATE INDEX idx_simulations_type ON simulations (simulation_type);
CREATE INDEX idx_simulations_status ON simulations (status);
CREATE INDEX idx_simulations_created ON simulations (created_at DESC);

CREATE TABLE growth_progress (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  lever_id uuid,
  milestone text NOT NULL,
  status text NOT NULL DEFAULT 'not_started' CHECK (status IN ('not_started', 'in_progress', 'completed', 'blocked')),
  progress_percentage numeric(5,2) NOT NULL DEFAULT 0 CHECK (progress_percentage BETWEEN 0 AND 100),
  notes text,
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Progress belongs to whom the lever belongs to.
  CONSTRAINT growth_progress_lever_id_fkey FOREIGN KEY (lever_id, user_id) REFERENCES growth_levers (id, user_id) ON DELETE CASCADE,
  CONSTRAINT growth_progress_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_growth_progress_user ON growth_progress (user_id);
CREATE INDEX idx_growth_progress_org ON growth_progress (organization_id, user_id);
CREATE INDEX idx_growth_progress_lever ON growth_progress (lever_id, user_id);
CREATE INDEX idx_growth_progress_status ON growth_progress (status);

CREATE FUNCTION take_organization_of_lever() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  -- A deleted organization clears the column: that must not be undone here.
  IF NEW.lever_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.organization_id IS NOT NULL) THEN
    SELECT l.organization_id INTO NEW.organization_id FROM growth_levers l WHERE l.id = NEW.lever_id;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION take_organization_of_lever() IS 'Progress is the business of the organization its lever belongs to.';

CREATE FUNCTION move_progress_with_lever() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE growth_progress p SET organization_id = NEW.organization_id WHERE p.lever_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER update_growth_levers_updated_at BEFORE UPDATE ON growth_levers
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER growth_levers_move_progress AFTER UPDATE OF organization_id ON growth_levers
FOR EACH ROW WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id) EXECUTE FUNCTION move_progress_with_lever();
CREATE TRIGGER update_growth_progress_updated_at BEFORE UPDATE ON growth_progress
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER growth_progress_organization BEFORE INSERT OR UPDATE OF lever_id, organization_id ON growth_progress
FOR EACH ROW EXECUTE FUNCTION take_organization_of_lever();
CREATE TRIGGER growth_progress_completion BEFORE INSERT OR UPDATE OF status, completed_at ON growth_progress
FOR EACH ROW EXECUTE FUNCTION stamp_completion('completed');
CREATE TRIGGER simulations_completion BEFORE INSERT OR UPDATE OF status, completed_at ON simulations
FOR EACH ROW EXECUTE FUNCTION stamp_completion('completed', 'failed');
