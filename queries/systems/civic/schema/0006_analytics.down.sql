DROP TABLE poll_tallies;
DROP TABLE poll_analytics;
DROP TABLE user_analytics;
