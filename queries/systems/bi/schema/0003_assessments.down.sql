DROP FUNCTION accept_invitation(text);
DROP FUNCTION create_invitation(uuid, text, text, text, text, interval);
DROP FUNCTION token_hash(text);
DROP FUNCTION new_token();
DROP TABLE assessment_invitations;
DROP FUNCTION guard_invitation();
DROP TABLE assessment_scores;
DROP TABLE assessments;
DROP FUNCTION stamp_completion();
