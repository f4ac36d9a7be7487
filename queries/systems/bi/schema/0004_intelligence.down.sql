DROP TABLE news_feed;
DROP TABLE engagement_intelligence;
DROP TABLE business_trends;
DROP TABLE market_insights;
