-- The full-text index. It sees words as bot/core/letters.py folds them: each word twice, plain and toned.

-- A source as a number that its renaming does not touch; two numbers where two sources became one.
CREATE TABLE search_sources (
    number    INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources (id) ON UPDATE CASCADE
);
CREATE INDEX search_sources_of ON search_sources (source_id);
CREATE TRIGGER search_sources_follow_items AFTER UPDATE OF source_id ON items WHEN old.source_id <> new.source_id
BEGIN
    UPDATE search_sources SET source_id = new.source_id WHERE source_id = old.source_id;
END;

-- An item as search knows it. Its own id carries the time (256 to the second, counting down), so that the index, which
-- walks by id, gives the newest first whatever the order of arrival: after a backfill of the past, too.
CREATE TABLE search_documents (
    search_id INTEGER PRIMARY KEY,
    item_id   INTEGER NOT NULL UNIQUE REFERENCES items (id),
    source    INTEGER NOT NULL REFERENCES search_sources (number),
    toned     TEXT NOT NULL                       -- the toned keys in order; all that is indexed follows from them
);

-- Contentless: the words stand in search_documents already. No column sizes: nothing ranks by bm25 over all hits. Keys
-- are letters and figures, and what lies beyond ASCII is always part of a word: the ascii tokenizer cuts at blanks only.
-- `origin` holds words that the index makes up (storage/search_tokens.py).
CREATE VIRTUAL TABLE search_index USING fts5 (
    title_plain, title_toned, text_plain, text_toned, origin,
    content = '', columnsize = 0, tokenize = 'ascii'
);

-- A transaction of an import stays in memory up to this size: fewer, larger pieces to merge afterwards.
INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 16777216);

-- Every word that occurs or occurred: what is Telex, what is misspelt, what is rare.
CREATE TABLE search_words (
    toned TEXT PRIMARY KEY,
    plain TEXT NOT NULL,
    seen  INTEGER NOT NULL                        -- in how many items it was met
) WITHOUT ROWID;
CREATE INDEX search_words_plain ON search_words (plain);
