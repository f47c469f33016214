-- Pairs of words that the archive has often, by their toned keys (storage/search_compounds.py): documents of the fourth
-- edition are indexed with those that there are, documents of the third wait for that and are found meanwhile. What was
-- indexed before is indexed anew.
CREATE TABLE search_compounds (toned TEXT PRIMARY KEY, plain TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX search_compounds_plain ON search_compounds (plain);
CREATE INDEX search_documents_before_compounds ON search_documents (search_id) WHERE edition = 3;
UPDATE search_documents SET edition = 2;
INSERT INTO search_index (search_index) VALUES ('delete-all');

-- As in merge_as_usual (storage/queries/search.sql).
INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 1000);
