DROP TRIGGER poll_rules ON polls_v2;
DROP FUNCTION check_poll_change();
DROP TRIGGER vote_rules ON votes_v2;
DROP FUNCTION check_vote();
DROP FUNCTION choice_fault(jsonb, text, jsonb);
DROP FUNCTION request_agent();
DROP FUNCTION request_address();
