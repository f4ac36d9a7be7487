DROP TABLE feedback_v2;
