-- Takes away what the sample added to the schema, so that the schema's own way back finds nothing in its way. Run it first.
DROP TABLE IF EXISTS survey_answers;
DROP INDEX IF EXISTS idx_users_email;

-- Left behind only by a load that broke off.
DROP FUNCTION IF EXISTS sample_pick(bigint, bigint, int), sample_share(bigint, bigint), sample_id(text), sample_give(text[]);
DROP TABLE IF EXISTS sample_plan, sample_ddl, sample_orgs, sample_users, sample_assessments;
