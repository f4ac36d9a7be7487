DROP TABLE votes_v2;
DROP FUNCTION ensure_vote_partitions(int);
DROP FUNCTION create_vote_partition(date);
DROP FUNCTION keep_vote_identity();
DROP FUNCTION register_vote();
DROP TABLE vote_registry;
