-- name: search_sources()
SELECT number, source_id FROM search_sources;

-- name: add_search_source(source_id)$
INSERT INTO search_sources (source_id) VALUES (:source_id) RETURNING number;

-- name: last_search_ids(firsts)
-- The last id that is taken in each second, for its first possible id.
SELECT value AS first,
       (SELECT max(search_id) FROM search_documents WHERE search_id >= value AND search_id < value + 256) AS last
FROM json_each(:firsts);

-- name: documents_of(ids)
SELECT search_id, item_id, source, toned FROM search_documents
WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: put_documents*!
INSERT INTO search_documents (search_id, item_id, source, toned) VALUES (:search_id, :item_id, :source, :toned);

-- name: index_documents*!
INSERT INTO search_index (rowid, title_plain, title_toned, text_plain, text_toned, origin)
VALUES (:search_id, :title_plain, :title_toned, :text_plain, :text_toned, :origin);

-- name: forget_documents*!
-- A contentless index is told what it is to forget.
INSERT INTO search_index (search_index, rowid, title_plain, title_toned, text_plain, text_toned, origin)
VALUES ('delete', :search_id, :title_plain, :title_toned, :text_plain, :text_toned, :origin);

-- name: drop_documents(ids)!
DELETE FROM search_documents WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: count_words*!
INSERT INTO search_words (toned, plain, seen) VALUES (:toned, :plain, :seen)
ON CONFLICT (toned) DO UPDATE SET seen = seen + excluded.seen;

-- name: found(expression, first, after, most)
SELECT rowid AS search_id FROM search_index
WHERE search_index MATCH :expression AND rowid >= :first AND rowid < :after
ORDER BY rowid DESC LIMIT :most;

-- name: texts_of_documents(ids)
SELECT d.search_id, d.item_id, d.toned, s.source_id
FROM search_documents d JOIN search_sources s ON s.number = d.source
WHERE d.search_id IN (SELECT value FROM json_each(:ids)) ORDER BY d.search_id DESC;

-- name: items_of_documents(ids)
SELECT search_id, item_id FROM search_documents WHERE search_id IN (SELECT value FROM json_each(:ids));

-- name: plain_words_beginning(first, after, most)
SELECT DISTINCT plain FROM search_words WHERE plain >= :first AND plain < :after LIMIT :most;

-- name: toned_words_beginning(first, after, most)
SELECT toned FROM search_words WHERE plain >= :first AND plain < :after LIMIT :most;

-- name: beginnings(first, after, most)
SELECT DISTINCT substr(plain, 1, 3) AS beginning FROM search_words
WHERE plain >= :first AND plain < :after LIMIT :most;

-- name: words_spelled(plains)
SELECT toned, plain, seen FROM search_words WHERE plain IN (SELECT value FROM json_each(:plains));

-- name: commonest_words(most)
SELECT toned, plain, seen FROM search_words ORDER BY seen DESC LIMIT :most;
