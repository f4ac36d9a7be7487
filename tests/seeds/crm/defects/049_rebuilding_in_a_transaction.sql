-- seed-defects 1.2 #49: what cannot run in a transaction is told from what can

-- on the seed:
REINDEX INDEX CONCURRENTLY idx_leads_search;
-- on ours:
REINDEX INDEX idx_leads_search;
REFRESH MATERIALIZED VIEW CONCURRENTLY lead_stats;
