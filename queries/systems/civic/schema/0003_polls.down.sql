DROP TABLE polls_v2;
DROP FUNCTION normalise_poll();
DROP FUNCTION are_options(jsonb);
DROP FUNCTION option_ids(jsonb);
