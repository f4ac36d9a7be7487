DROP FUNCTION may_act_for(uuid);
DROP FUNCTION is_trusted();
DROP FUNCTION my_org_ids(text[]);
DROP TABLE user_orgs;
DROP TABLE organizations;
DROP TABLE users;
DROP FUNCTION update_updated_at_column();
