-- Which words the index was told of a document besides those of its text: to forget it, it must be told the same ones.
ALTER TABLE search_documents ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
