DROP TABLE growth_progress;
DROP TABLE simulations;
DROP TABLE growth_levers;
DROP FUNCTION move_progress_with_lever();
DROP FUNCTION take_organization_of_lever();
