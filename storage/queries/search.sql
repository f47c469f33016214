-- name: search_sources()
SELECT number, source_id FROM search_sources;

-- name: numbers_of(ids)
-- A source that two became one of has two numbers: new items go to the first.
SELECT source_id, min(number) AS number FROM search_sources
WHERE source_id IN (SELECT value FROM json_each(:ids)) GROUP BY source_id;

-- name: add_search_source(source_id)$
INSERT INTO search_sources (source_id) VALUES (:source_id) RETURNING number;

-- name: lowest_search_ids(highest, room)
-- The lowest id that is taken in each second, for the second's highest possible id.
SELECT value AS highest,
       (SELECT min(search_id) FROM search_documents WHERE search_id <= value AND search_id > value - :room) AS lowest
FROM json_each(:highest);

-- name: documents_of(ids)
SELECT search_id, source, toned, edition FROM search_documents
WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: put_documents*!
INSERT INTO search_documents (search_id, item_id, source, toned, edition)
VALUES (:search_id, :item_id, :source, :toned, 2);

-- name: index_documents*!
INSERT INTO search_index (rowid, title_plain, title_toned, text_plain, text_toned, origin)
VALUES (:search_id, :title_plain, :title_toned, :text_plain, :text_toned, :origin);

-- name: forget_documents*!
-- A contentless index is told what it is to forget.
INSERT INTO search_index (search_index, rowid, title_plain, title_toned, text_plain, text_toned, origin)
VALUES ('delete', :search_id, :title_plain, :title_toned, :text_plain, :text_toned, :origin);

-- name: drop_documents(ids)!
DELETE FROM search_documents WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: meet_words(words)!
INSERT INTO search_words (toned, plain, seen) SELECT value ->> 0, value ->> 1, 1 FROM json_each(:words) WHERE true
ON CONFLICT DO NOTHING;

-- name: count_words(words)!
UPDATE search_words SET seen = seen + counted.times
FROM (SELECT value ->> 0 AS toned, value ->> 1 AS times FROM json_each(:words)) AS counted
WHERE search_words.toned = counted.toned;

-- name: span_of_search_ids()^
-- Each is one step at an end of an index; the highest item stands for how many there are.
SELECT (SELECT min(search_id) FROM search_documents) AS lowest,
       (SELECT max(search_id) FROM search_documents) AS highest,
       (SELECT max(item_id) FROM search_documents) AS items;

-- name: found(expression, first, last, most)$
-- A JSON list of ids. They count down with time, so the newest come first.
SELECT json_group_array(search_id) FROM (
    SELECT rowid AS search_id FROM search_index
    WHERE search_index MATCH :expression AND rowid >= :first AND rowid <= :last
    ORDER BY rowid LIMIT :most);

-- name: candidates(expression, first, last, most, enough, decisive)
-- A document that holds one of each of what is enough needs no further asking, and its text is not read; where nothing
-- else will do, the others are told by an empty text.
SELECT f.rowid AS search_id, s.source_id,
       CASE WHEN :enough IS NULL THEN d.toned
            WHEN NOT EXISTS (SELECT 1 FROM json_each(:enough) part WHERE NOT EXISTS (
                SELECT 1 FROM json_each(part.value) way WHERE instr(d.toned, way.value) > 0)) THEN NULL
            WHEN :decisive THEN '' ELSE d.toned END AS doubtful
FROM search_index f
JOIN search_documents d ON d.search_id = f.rowid
JOIN search_sources s ON s.number = d.source
WHERE search_index MATCH :expression AND f.rowid >= :first AND f.rowid <= :last
ORDER BY f.rowid LIMIT :most;

-- name: texts_of_documents(ids)
SELECT search_id, toned FROM search_documents
WHERE search_id IN (SELECT value FROM json_each(:ids)) ORDER BY search_id;

-- name: items_of_documents(ids)
SELECT d.search_id, i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM search_documents d JOIN items i ON i.id = d.item_id
WHERE d.search_id IN (SELECT value FROM json_each(:ids));

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

-- name: merge_later()!
-- At 2,000 pieces the engine refuses more: then it merges after all.
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0), ('crisismerge', 1900);

-- name: merge_as_usual()!
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 4), ('crisismerge', 16);

-- name: is_merged_later()$
SELECT 1 FROM search_index_config WHERE k = 'automerge' AND v = 0;

-- name: merge_index(pages)!
-- A little of the merging that keeps the index in few pieces; negative pages begin to merge all of them.
INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages);

-- name: total_changes()$
SELECT total_changes();
