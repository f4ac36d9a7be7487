-- seed-defects 1.2 #6: a lead has the notes its search vector is made of
INSERT INTO organizations (id, name, slug) VALUES ('a0000000-0000-4000-8000-00000000000a', 'Tenant A', 'defect-tenant-a');

-- on the seed:
-- No step of the document adds the column that its trigger reads.
ALTER TABLE leads DROP COLUMN notes CASCADE;
INSERT INTO leads (org_id, name, company, email)
VALUES ('a0000000-0000-4000-8000-00000000000a', 'John Developer', 'Tech Corp', 'john@example.com');
-- on ours:
INSERT INTO leads (org_id, name, company, email, notes)
VALUES ('a0000000-0000-4000-8000-00000000000a', 'John Developer', 'Tech Corp', 'john@example.com', 'Prefers mornings');
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM search_all('a0000000-0000-4000-8000-00000000000a', 'mornings')) THEN
    RAISE EXCEPTION 'defect: the notes of a lead are not searched';
  END IF;
END
$$;
