DROP FUNCTION actor_id();
DROP FUNCTION is_trusted();
DROP FUNCTION my_organization_ids(text[]);
DROP TABLE subscriptions;
DROP TABLE organization_members;
DROP TABLE organizations;
DROP TABLE users;
DROP FUNCTION update_updated_at_column();
