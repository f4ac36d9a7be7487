-- Assessments, their scores and the invitations to them.

-- Keeps completed_at in step with the status; the arguments are the statuses that end the work.
CREATE FUNCTION stamp_completion() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NEW.status = ANY (TG_ARGV) THEN
    NEW.completed_at := coalesce(NEW.completed_at, now());
  ELSE
    NEW.completed_at := NULL;
  END IF;
  RETURN NEW;
END
$$;

-- organization_id may be NULL, as in the seed: then the row is the user's own. Where it is set, the user is a member of that organization:
-- the key over both columns sees to it. An organization that is deleted leaves people their work.
CREATE TABLE assessments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
  assessment_type text NOT NULL,
  version text NOT NULL DEFAULT '1.0',
  responses jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(responses) = 'object'),
  metadata jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'completed', 'abandoned')),
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT assessments_member_fkey FOREIGN KEY (organization_id, user_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_assessments_user_type_status ON assessments (user_id, assessment_type, status);
CREATE INDEX idx_assessments_org ON assessments (organization_id, user_id);
CREATE INDEX idx_assessments_type ON assessments (assessment_type);
CREATE INDEX idx_assessments_status ON assessments (status);
CREATE INDEX idx_assessments_created ON assessments (created_at DESC, id DESC);
CREATE INDEX idx_assessments_responses_gin ON assessments USING gin (responses);

-- One score for an assessment (seed-defects 1.1 #15). The seed's numeric(3,2) takes -9 and refuses 75: what high and low performers
-- are says that scores go from 0 to 5, confidence is a share (#11).
CREATE TABLE assessment_scores (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  assessment_id uuid NOT NULL UNIQUE REFERENCES assessments (id) ON DELETE CASCADE,
  overall_score numeric(3,2) CHECK (overall_score BETWEEN 0 AND 5),
  bracket text,
  category_scores jsonb NOT NULL DEFAULT '{}',
  recommendations text[],
  next_steps text[],
  ai_insights text,
  confidence_score numeric(3,2) CHECK (confidence_score BETWEEN 0 AND 1),
  swot_analysis jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_assessment_scores_bracket ON assessment_scores (bracket);
CREATE INDEX idx_assessment_scores_score ON assessment_scores (overall_score);

-- invitation_token holds the sha-256 of the token in hex (seed-defects 1.1 #24): whoever reads the table cannot follow an invitation.
CREATE TABLE assessment_invitations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  inviter_id uuid REFERENCES users (id) ON DELETE SET NULL,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  invitee_email text NOT NULL,
  invitee_name text,
  assessment_type text NOT NULL,
  invitation_token text NOT NULL UNIQUE CONSTRAINT invitation_token_hashed CHECK (invitation_token ~ '^[0-9a-f]{64}$'),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'completed', 'expired', 'revoked')),
  expires_at timestamptz NOT NULL,
  completed_at timestamptz,
  custom_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT assessment_invitations_member_fkey FOREIGN KEY (organization_id, inviter_id)
    REFERENCES organization_members (organization_id, user_id)
);
CREATE INDEX idx_assessment_invitations_inviter ON assessment_invitations (inviter_id);
CREATE INDEX idx_assessment_invitations_org ON assessment_invitations (organization_id, inviter_id);
CREATE INDEX idx_assessment_invitations_status ON assessment_invitations (status);
CREATE INDEX idx_assessment_invitations_expires ON assessment_invitations (expires_at);
CREATE INDEX idx_assessment_invitations_created ON assessment_invitations (created_at DESC, id DESC);

-- What is over stays over: an invitation that was revoked would otherwise open again for the same token.
CREATE FUNCTION guard_invitation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF is_trusted() THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.status <> 'pending' OR NEW.status NOT IN ('pending', 'revoked')) THEN
    RAISE EXCEPTION 'an invitation that is pending can be revoked, and no other can be changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (TG_OP = 'INSERT' OR NEW.expires_at <> OLD.expires_at) AND NEW.expires_at > now() + interval '90 days' THEN
    RAISE EXCEPTION 'an invitation is open for 90 days at most' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER assessment_invitations_guard BEFORE INSERT OR UPDATE ON assessment_invitations
FOR EACH ROW EXECUTE FUNCTION guard_invitation();

CREATE TRIGGER update_assessments_updated_at BEFORE UPDATE ON assessments
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER assessments_completion BEFORE INSERT OR UPDATE OF status, completed_at ON assessments
FOR EACH ROW EXECUTE FUNCTION stamp_completion('completed');
CREATE TRIGGER assessment_invitations_completion BEFORE INSERT OR UPDATE OF status, completed_at ON assessment_invitations
FOR EACH ROW EXECUTE FUNCTION stamp_completion('completed');

-- 244 bits of chance, in hex.
CREATE FUNCTION new_token() RETURNS text
LANGUAGE sql VOLATILE
SET search_path FROM CURRENT
AS $$
  SELECT encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex')
$$;

CREATE FUNCTION token_hash(p_token text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
SET search_path FROM CURRENT
AS $$
  SELECT encode(sha256(convert_to(p_token, 'UTF8')), 'hex')
$$;

-- The only way to an invitation, and the only time its token is seen.
CREATE FUNCTION create_invitation(
  p_organization_id uuid,
  p_invitee_email text,
  p_assessment_type text,
  p_invitee_name text DEFAULT NULL,
  p_custom_message text DEFAULT NULL,
  p_valid_for interval DEFAULT '14 days',
  OUT invitation_id uuid,
  OUT token text
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
  IF NOT is_trusted() AND NOT EXISTS (
    SELECT FROM my_organization_ids(ARRAY['owner', 'admin', 'member']) m (id) WHERE m.id = p_organization_id
  ) THEN
    RAISE EXCEPTION 'you cannot invite for this organization' USING ERRCODE = 'insufficient_privilege';
  END IF;
  token := new_token();
  INSERT INTO assessment_invitations (
    inviter_id, organization_id, invitee_email, invitee_name, assessment_type, invitation_token, expires_at, custom_message
  )
  VALUES (
    actor_id(), p_organization_id, p_invitee_email, p_invitee_name, p_assessment_type, token_hash(token), now() + p_valid_for,
    p_custom_message
  )
  RETURNING id INTO invitation_id;
END
$$;
COMMENT ON FUNCTION create_invitation(uuid, text, text, text, text, interval) IS 'Invites somebody to an assessment and returns the token this once.';

CREATE FUNCTION accept_invitation(p_token text) RETURNS uuid
LANGUAGE sql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  UPDATE assessment_invitations i
  SET status = 'accepted'
  WHERE i.invitation_token = token_hash(p_token) AND i.status = 'pending' AND i.expires_at > now()
  RETURNING i.id
$$;
COMMENT ON FUNCTION accept_invitation(text) IS 'Accepts a pending invitation; NULL where the token opens none.';
