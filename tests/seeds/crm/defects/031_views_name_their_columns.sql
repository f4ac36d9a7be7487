-- seed-defects 1.2 #31: a view of the live rows takes up a column that was added where it belongs
ALTER TABLE leads ADD COLUMN defect_rating integer;

-- on the seed:
SELECT defect_rating FROM leads_active LIMIT 1;
-- on ours:
SELECT create_active_view('leads');
SELECT defect_rating FROM leads_active LIMIT 1;
