DROP TABLE deals;
DROP TABLE notes;
DROP TABLE tasks;
DROP TABLE leads;
